import BulkRuns
import FollowerFiles
import Foundation
import NIOCore
import NIOFoundationCompat

/// Reads the bytes of a file piece by piece, and shows a progress bar on a terminal.
///
/// For a file of followers, the initializer already reads the first bytes. If the file is unusable, the command reports
/// this before it sends anything.
struct FileChunks: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private static let size = 256 * 1024

    private let handle: FileHandle
    private let first: Data
    private let progress: Progress

    /// - Parameters:
    ///   - name: the path of the file; `-` for standard input.
    ///   - columns: the columns to check in a file of followers; nil for another kind of file.
    init(_ name: String, columns: FollowerColumns? = nil) throws {
        if name == "-" {
            handle = .standardInput
            first = try Self.first(of: handle, name, columns)
            progress = Progress(total: nil)
            return
        }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: name, isDirectory: &isDirectory), !isDirectory.boolValue,
            let file = FileHandle(forReadingAtPath: name)
        else {
            throw StartFailure.failed("\(name) cannot be read\(isDirectory.boolValue ? ": it is a directory" : "")")
        }
        handle = file
        first = try Self.first(of: handle, name, columns)
        let size = try? FileManager.default.attributesOfItem(atPath: name)[.size] as? Int
        progress = Progress(total: size)
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(handle: handle, first: first, progress: progress)
    }

    /// Reads the first bytes. Throws ``StartFailure`` if they show that the file is unusable.
    private static func first(of handle: FileHandle, _ name: String, _ columns: FollowerColumns?) throws -> Data {
        guard let columns else { return Data() }
        var data = Data()
        do {
            // A pipe may return fewer bytes than requested.
            while data.count < size, let more = try handle.read(upToCount: size - data.count), !more.isEmpty {
                data.append(more)
            }
        } catch {
            throw StartFailure.failed("\(name) cannot be read")
        }
        var reader = FollowerReader(columns)
        do {
            try data.withUnsafeBytes { try reader.read($0) { _ in } }
            if data.count < size { try reader.finish { _ in } }
        } catch let unusable as UnusableFile {
            throw InputFailure(unusable, of: name)
        }
        return data
    }

    struct Iterator: AsyncIteratorProtocol {
        let handle: FileHandle
        fileprivate var first: Data
        var progress: Progress

        fileprivate init(handle: FileHandle, first: Data, progress: Progress) {
            self.handle = handle
            self.first = first
            self.progress = progress
        }

        mutating func next() async throws -> ByteBuffer? {
            guard let data = try first.isEmpty ? handle.read(upToCount: FileChunks.size) : first, !data.isEmpty else {
                progress.end()
                return nil
            }
            first = Data()
            progress.advance(by: data.count)
            return ByteBuffer(data: data)
        }
    }

    /// Draws a bar on standard error if standard error is a terminal and the size of the file is known.
    struct Progress: Sendable {
        private let total: Int?
        private var done = 0
        private var shown = -1

        init(total: Int?) {
            self.total = isatty(2) == 1 ? total : nil
        }

        mutating func advance(by count: Int) {
            done += count
            guard let total, total > 0 else { return }
            let percent = done * 100 / total
            guard percent != shown else { return }
            shown = percent
            let bar = ProgressBar.bar(Double(percent) / 100, width: Swift.min(50, Swift.max(Terminal.columns - 10, 5)))
            StandardError.draw("\(bar) \(percent) %")
        }

        func end() {
            if shown >= 0 { StandardError.endDrawing() }
        }
    }
}
