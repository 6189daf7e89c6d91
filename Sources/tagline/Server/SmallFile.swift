import BulkRuns
import Dispatch
import Foundation
import OfficialAccount
import Synchronization

/// A file that a command reads as a whole, such as a secret. It may be a pipe or a device.
struct SmallFile: Sendable {
    /// The reason why the file cannot be read. The caller puts this reason at the end of its message.
    struct Unreadable: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// The path; nil for standard input.
    let path: String?
    /// The maximum number of bytes of the file.
    let longest: Int
    /// How long the command waits for the bytes of a pipe that `path` names.
    var patience: Duration = .seconds(30)

    /// Returns the content. Throws ``Unreadable`` if the file does not exist, is a directory, or is too long. Also
    /// throws if the writer of a pipe does not finish within ``patience``.
    func content() throws(Unreadable) -> Data {
        guard let path, FileStatus(path: path)?.isPipe ?? false else { return try read().get() }
        // The opening of a pipe waits until another process opens the pipe for writing, and nothing can cancel this
        // wait. So a separate thread opens and reads the pipe.
        let result = Mutex<Result<Data, Unreadable>?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let read = self.read()
            result.withLock { $0 = read }
            isDone.signal()
        }
        guard isDone.wait(timeout: .now() + patience / .seconds(1)) == .success, let read = result.withLock({ $0 })
        else {
            throw Unreadable(
                description:
                    "it is a pipe, and its writer did not finish within \(Int(patience / .seconds(1)).counted("second"))"
            )
        }
        return try read.get()
    }

    private func read() -> Result<Data, Unreadable> {
        // Duplicate standard input, because `/dev/stdin` cannot be opened if it is a socket.
        let descriptor = if let path { open(path, O_RDONLY | O_CLOEXEC) } else { dup(STDIN_FILENO) }
        guard descriptor >= 0 else { return .failure(Self.reason(errno)) }
        defer { close(descriptor) }
        var bytes = Data()
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = buffer.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return .success(bytes) }
            if count < 0 {
                if errno == EINTR { continue }
                return .failure(Self.reason(errno))
            }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= longest else {
                return .failure(Unreadable(description: "it is longer than \((longest / 1024).grouped) KiB"))
            }
        }
    }

    private static func reason(_ number: Int32) -> Unreadable {
        switch number {
        case ENOENT: Unreadable(description: "there is no such file")
        case EISDIR: Unreadable(description: "it is a directory")
        case EACCES, EPERM: Unreadable(description: "this user may not read it")
        default: Unreadable(description: String(cString: strerror(number)))
        }
    }
}
