import Crypto
import Foundation
import OfficialAccount
import OfficialAccountClient
import TagStore

/// The file or the stream that says who is to be tagged.
struct TaggingInput {
    /// `-` for standard input.
    let name: String
    private let handle: FileHandle

    init(_ name: String) throws {
        self.name = name
        if name == "-" {
            handle = .standardInput
            return
        }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: name, isDirectory: &isDirectory) else {
            throw StartFailure.failed("there is no file \(name)")
        }
        guard !isDirectory.boolValue, let handle = FileHandle(forReadingAtPath: name) else {
            throw StartFailure.failed("\(name) cannot be read\(isDirectory.boolValue ? ": it is a directory" : "")")
        }
        self.handle = handle
    }

    /// Whether it can be read again.
    var isFile: Bool {
        let path = URL(filePath: name).resolvingSymlinksInPath().path
        return (try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType) == .typeRegular
    }

    /// SHA-256 of the whole, in hexadecimal.
    func digest() throws -> String {
        var digest = SHA256()
        try eachPiece { digest.update(bufferPointer: $0) }
        return Self.text(digest)
    }

    /// Reads every line. Returns SHA-256 of the whole, in hexadecimal.
    func read(_ take: (TaggingLines.Row) throws -> Void) throws -> String {
        var digest = SHA256()
        var lines = TaggingLines()
        do {
            try eachPiece { piece in
                digest.update(bufferPointer: piece)
                try lines.read(piece, take)
            }
            try lines.finish(take)
        } catch let unreadable as TaggingLines.Unreadable {
            throw StartFailure.failed("\(name == "-" ? "the input" : name) cannot be used: \(unreadable.reason)")
        }
        return Self.text(digest)
    }

    private func eachPiece(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        while true {
            let data: Data?
            do {
                data = try handle.read(upToCount: 1 << 20)
            } catch {
                throw StartFailure.failed("\(name) cannot be read to its end")
            }
            guard let data, !data.isEmpty else { return }
            try data.withUnsafeBytes(take)
        }
    }

    private static func text(_ digest: SHA256) -> String {
        Hexadecimal.text(digest.finalize())
    }
}
