import FileStatus
import FreshFiles
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The file that holds a store's ``LogMark``, open for writing.
final class LogMarkFile: Sendable {
    private let descriptor: Mutex<Int32>
    private let file: FreshFile

    /// Opens or creates the file in `directory`. Throws ``StoreOpenError`` if this fails, or if something other than
    /// the store's file has the name `tagline.mark`.
    init(directory: String) throws(StoreOpenError) {
        file = FreshFile(directory + "/" + LogMark.fileName)
        do {
            descriptor = Mutex(try file.openOrCreate())
        } catch {
            throw StoreOpenError(error, in: directory)
        }
    }

    deinit {
        descriptor.withLock { _ = Self.close($0) }
    }

    /// Returns the mark in a directory; nil if the file is missing or does not hold a whole mark.
    static func read(in directory: String) -> LogMark? {
        // If the file is a pipe, opening it without O_NONBLOCK would wait for ever.
        let descriptor = open(directory + "/" + LogMark.fileName, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: LogMark.size + 1)
        let length = pread(descriptor, &bytes, bytes.count, 0)
        return length > 0 ? LogMark(Array(bytes.prefix(length))) : nil
    }

    /// Writes the mark. If the write fails, the earlier mark stays. The earlier mark counts fewer frames, so a whole
    /// log never looks damaged.
    ///
    /// - Parameter isSynced: whether to sync the mark to disk before this function returns.
    func write(_ mark: LogMark, isSynced: Bool = false) {
        descriptor.withLock { descriptor in
            let bytes = mark.bytes
            var status = FileStatus()
            if lookAtDescriptor(descriptor, &status) == 0, status.links != 1, let fresh = try? file.createAnew() {
                // The file was removed, or the file has a second name. If the store wrote the mark to a removed file,
                // the next start could not check the end of the log. If the file has a second name, for example in a
                // backup, the content under that name must stay.
                _ = Self.close(descriptor)
                descriptor = fresh
            }
            _ = pwrite(descriptor, bytes, bytes.count, 0)
            if isSynced { _ = fsync(descriptor) }
        }
    }

    private static func close(_ descriptor: Int32) -> Int32 {
        #if canImport(Glibc)
        Glibc.close(descriptor)
        #elseif canImport(Musl)
        Musl.close(descriptor)
        #else
        Darwin.close(descriptor)
        #endif
    }
}
