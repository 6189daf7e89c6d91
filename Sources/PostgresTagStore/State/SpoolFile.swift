import Foundation
import FreshFiles

/// Lines that the store will copy into a table. An unnamed file keeps the lines until then, because an import can be
/// larger than the memory.
struct SpoolFile: Sendable {
    private static let pieceSize = 1 << 20
    private let handle: FileHandle
    private var buffer: [UInt8] = []

    /// Throws if there is no room for a file in the system's temporary directory.
    init() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "tagline-import-\(UUID().uuidString)").path
        handle = FileHandle(fileDescriptor: try FreshFile(path).createAnew(), closeOnDealloc: true)
        // No other process needs the name of the file, and the system deletes an unnamed file when it is closed.
        try FileManager.default.removeItem(atPath: path)
    }

    mutating func append(_ line: some Sequence<UInt8>) throws {
        buffer.append(contentsOf: line)
        if buffer.count >= Self.pieceSize { try flush() }
    }

    mutating func flush() throws {
        try handle.write(contentsOf: buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    /// Calls `body` with a function that returns the content from the start, piece by piece, and nil at the end.
    func read(_ body: (() throws -> [UInt8]?) throws -> Void) throws {
        try handle.seek(toOffset: 0)
        try body {
            guard let piece = try handle.read(upToCount: Self.pieceSize), !piece.isEmpty else { return nil }
            return Array(piece)
        }
    }
}
