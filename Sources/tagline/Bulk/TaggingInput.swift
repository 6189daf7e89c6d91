import Crypto
import FollowerFiles
import Foundation
import TagStore

/// The file or the stream that says who is to be tagged.
struct TaggingInput {
    /// `-` for standard input.
    let name: String
    private let columns: FollowerColumns
    private let handle: FileHandle

    init(_ name: String, columns: FollowerColumns) throws {
        self.name = name
        self.columns = columns
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

    /// Reads every row. Returns the SHA-256 of the whole input, in hexadecimal.
    ///
    /// Prints remarks about the file on standard error. Throws ``StartFailure`` if the file is unusable.
    func read(_ take: (FollowerRow) throws -> Void) throws -> String {
        var digest = SHA256()
        var reader = FollowerReader(columns)
        do {
            try eachPiece { piece in
                digest.update(bufferPointer: piece)
                try reader.read(piece, take)
            }
            try reader.finish(take)
        } catch let unusable as UnusableFile {
            throw unusable.failure(of: name)
        }
        for remark in reader.remarks { say(remark) }
        return Self.text(digest)
    }

    private func say(_ remark: FollowerReader.Remark) {
        var text = "\(name == "-" ? "the input" : name): \(remark)"
        if case .unreadTags(let column) = remark, columns.tags != .unread {
            text += "; --tag-column '\(column)' uses it"
        }
        StandardError.say(text)
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

extension UnusableFile {
    /// Returns the error for the command that read the file.
    ///
    /// - Parameter name: `-` for standard input.
    func failure(of name: String) -> StartFailure {
        .failed("\(name == "-" ? "the input" : name) cannot be used: \(sentence(for: name == "-" ? nil : name))")
    }
}
