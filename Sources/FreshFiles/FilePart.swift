import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writes the new content of a file to a second file in the same directory. When the content is complete, the second
/// file replaces the first file.
///
/// The second file is always a new file. If an older file has the same path, the older file loses this path.
package final class FilePart: Sendable {
    /// The usual ending of the second file's name.
    package static let usualEnding = ".part"

    /// The path of the second file.
    package let path: String
    private let target: String
    private let facts: FileFacts
    /// The descriptor of the second file; nil after the file is closed.
    private let descriptor: Mutex<Int32?>

    /// - Parameters:
    ///   - target: the path of the file to replace; the file need not exist.
    ///   - ending: the text that follows `target` in the path of the second file.
    package init(
        of target: String, ending: String = FilePart.usualEnding, for readers: FreshFile.Readers = .owner
    ) throws(FreshFileFailure) {
        self.target = target
        path = target + ending
        let created = try FreshFile(path).createAnew(for: readers)
        descriptor = Mutex(created)
        guard let facts = FileFacts(descriptor: created) else { throw FreshFileFailure(path, .system(errno)) }
        self.facts = facts
    }

    deinit { closeFile() }

    /// Appends `bytes` to the second file.
    package func append(_ bytes: [UInt8]) throws(FreshFileFailure) {
        let cause = descriptor.withLock { descriptor in
            guard let descriptor else { return EBADF }
            var written = 0
            while written < bytes.count {
                let count = bytes.withUnsafeBytes { all in
                    let rest = UnsafeRawBufferPointer(rebasing: all[written...])
                    return write(descriptor, rest.baseAddress, rest.count)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return count == 0 ? ENOSPC : errno }
                written += count
            }
            return 0
        }
        guard cause == 0 else { throw FreshFileFailure(path, .system(cause)) }
    }

    /// Waits until the content of the second file is on disk.
    package func sync() throws(FreshFileFailure) {
        let cause = descriptor.withLock { descriptor in
            descriptor.map { fsync($0) == 0 ? 0 : errno } ?? EBADF
        }
        guard cause == 0 else { throw FreshFileFailure(path, .system(cause)) }
    }

    /// Waits until the content is on disk, and then replaces the target with the second file. Throws if another process
    /// has replaced the second file.
    package func keep() throws(FreshFileFailure) {
        try sync()
        closeFile()
        guard isOurs else { throw FreshFileFailure(path, .wasReplaced) }
        guard rename(path, target) == 0 else { throw FreshFileFailure(target, .system(errno)) }
        FreshFile(target).syncDirectory()
    }

    /// Removes the second file. The caller may call this function after ``keep()`` has thrown.
    package func discard() {
        closeFile()
        if isOurs { unlink(path) }
    }

    /// Whether ``path`` still names the file that this object created.
    private var isOurs: Bool { FileFacts(path: path)?.isSame(as: facts) ?? false }

    private func closeFile() {
        descriptor.withLock { descriptor in
            if let descriptor { close(descriptor) }
            descriptor = nil
        }
    }
}
