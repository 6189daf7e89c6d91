import Foundation
import NIOCore
import NIOFoundationCompat

/// The bytes of a file as they are wanted, with a bar on a terminal.
struct FileChunks: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private static let size = 256 * 1024

    private let handle: FileHandle
    private let progress: Progress

    /// - Parameter name: `-` for standard input.
    init(_ name: String) throws {
        if name == "-" {
            handle = .standardInput
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
        let size = try? FileManager.default.attributesOfItem(atPath: name)[.size] as? Int
        progress = Progress(total: size)
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(handle: handle, progress: progress)
    }

    struct Iterator: AsyncIteratorProtocol {
        let handle: FileHandle
        var progress: Progress

        mutating func next() async throws -> ByteBuffer? {
            guard let data = try handle.read(upToCount: FileChunks.size), !data.isEmpty else {
                progress.end()
                return nil
            }
            progress.advance(by: data.count)
            return ByteBuffer(data: data)
        }
    }

    /// A bar on standard error, if that is a terminal and the total is known.
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
