import Crypto
import FollowerFiles
import Foundation
import TagStore

/// One file, or standard input, with the followers to tag.
struct InputFile {
    /// The path of the file; `-` for standard input.
    let name: String
    private let columns: FollowerColumns
    private let handle: FileHandle

    /// Opens the file. Throws ``InputFailure`` if the file cannot be read.
    init(_ name: String, columns: FollowerColumns) throws(InputFailure) {
        self.name = name
        self.columns = columns
        if name == "-" {
            handle = .standardInput
            return
        }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: name, isDirectory: &isDirectory) else { throw .noFile(name) }
        guard !isDirectory.boolValue else { throw .isDirectory(name) }
        guard let handle = FileHandle(forReadingAtPath: name) else { throw .unreadable(name) }
        self.handle = handle
    }

    /// Whether the input can be read again.
    var isFile: Bool { FileStatus(path: name)?.isPlain ?? false }

    /// Returns the SHA-256 of the whole input, in hexadecimal.
    func digest() throws -> String {
        var digest = SHA256()
        try eachPiece { digest.update(bufferPointer: $0) }
        return Hexadecimal.text(digest.finalize())
    }

    /// Reads the input, and calls `take` with each row. Throws ``InputFailure`` if the file is unusable.
    ///
    /// - Returns: the SHA-256 of the whole input, in hexadecimal, and remarks about the file for people.
    func read(_ take: (FollowerRow) throws -> Void) throws -> (digest: String, remarks: [String]) {
        var digest = SHA256()
        var reader = FollowerReader(columns)
        do {
            try eachPiece { piece in
                digest.update(bufferPointer: piece)
                try reader.read(piece, take)
            }
            try reader.finish(take)
        } catch let unusable as UnusableFile {
            throw InputFailure(unusable, of: name)
        }
        return (Hexadecimal.text(digest.finalize()), reader.remarks.map(sentence))
    }

    private func sentence(_ remark: FollowerReader.Remark) -> String {
        let text = "\(name.asInput): \(remark)"
        guard case .unreadTags(let column) = remark, columns.tags != .unread else { return text }
        return text + "; --tag-column '\(column)' uses it"
    }

    private func eachPiece(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        while true {
            let data: Data?
            do {
                data = try handle.read(upToCount: 1 << 20)
            } catch {
                throw InputFailure.brokenOff(name)
            }
            guard let data, !data.isEmpty else { return }
            try data.withUnsafeBytes(take)
        }
    }
}
