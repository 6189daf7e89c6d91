import Foundation
import FreshFiles

/// A copy of a damaged write-ahead log, in the same directory as the log. The copy shows what was lost, so a later copy
/// never overwrites an earlier copy.
struct DamagedLogCopy {
    /// The end of the first copy's name.
    static let ending = ".damaged"
    private static let pieceSize = 1 << 20

    let path: String

    /// Copies the log to a file with the first free suffix: `.damaged`, `.damaged-2` and so on. Makes no new copy if an
    /// earlier copy has the same content.
    ///
    /// - Parameter file: the path of the file with the content, if it is not `log`.
    init(of log: String, from file: String? = nil) throws {
        let content = try Data(contentsOf: URL(filePath: file ?? log), options: .alwaysMapped)
        var number = 1
        while true {
            let path = log + Self.ending + (number == 1 ? "" : "-\(number)")
            let isFree = (try? FileManager.default.attributesOfItem(atPath: path)) == nil
            if isFree { try Self.write(content, to: path) }
            if try isFree || Self.holds(content, path) {
                self.path = path
                return
            }
            number += 1
        }
    }

    private static func holds(_ content: Data, _ path: String) throws -> Bool {
        // The path may belong to a pipe, and a read of a pipe would wait.
        guard (try? FreshFile(path).check()) != nil else { return false }
        return try Data(contentsOf: URL(filePath: path), options: .alwaysMapped) == content
    }

    private static func write(_ content: Data, to path: String) throws {
        let part = try FilePart(of: path)
        do {
            for start in stride(from: 0, to: content.count, by: pieceSize) {
                try part.append([UInt8](content[start..<min(start + pieceSize, content.count)]))
            }
            try part.keep()
        } catch {
            part.discard()
            throw error
        }
    }
}
