import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The new content of a file, in a second file beside it. Once the content is complete, the second file replaces the
/// file.
///
/// The second file is always new. It is never a file that existed before.
package final class FilePart: Sendable {
    /// The ending that the second file's name adds, unless the caller chooses another.
    package static let usualEnding = ".part"

    /// The path of the second file.
    package let path: String
    private let target: String
    private let facts: FileFacts
    /// The second file, open for writing; nil once it is closed.
    private let descriptor: Mutex<Int32?>

    /// - Parameters:
    ///   - target: the file to replace, which need not exist.
    ///   - ending: what the second file's name adds to `target`.
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

    /// Appends bytes.
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

    /// Puts the content on disk, under the name of the second file.
    package func sync() throws(FreshFileFailure) {
        let cause = descriptor.withLock { descriptor in
            descriptor.map { fsync($0) == 0 ? 0 : errno } ?? EBADF
        }
        guard cause == 0 else { throw FreshFileFailure(path, .system(cause)) }
    }

    /// Puts the content on disk and moves it to its place. Throws if another process has replaced the second file.
    package func keep() throws(FreshFileFailure) {
        try sync()
        closeFile()
        guard isOurs else { throw FreshFileFailure(path, .wasReplaced) }
        guard rename(path, target) == 0 else { throw FreshFileFailure(target, .system(errno)) }
        syncDirectory()
    }

    /// Removes the second file. The caller may call it after ``keep()`` has thrown.
    package func discard() {
        closeFile()
        if isOurs { unlink(path) }
    }

    /// Whether the name still belongs to the second file that this process created.
    private var isOurs: Bool { FileFacts(path: path)?.isSame(as: facts) ?? false }

    private func closeFile() {
        descriptor.withLock { descriptor in
            if let descriptor { close(descriptor) }
            descriptor = nil
        }
    }

    /// Puts the new name on disk. If that fails, a loss of power can bring back the earlier file.
    private func syncDirectory() {
        let directory = open(FileFacts.directory(of: target), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return }
        fsync(directory)
        close(directory)
    }
}
