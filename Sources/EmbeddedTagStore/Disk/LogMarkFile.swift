import FreshFiles
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The file that holds the mark, open for writing.
final class LogMarkFile: Sendable {
    private let descriptor: Mutex<Int32>
    private let file: FreshFile

    /// Throws ``StoreOpenError`` if the file cannot be opened, or if another file has its name.
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

    /// Returns the mark in a directory; nil if there is none or it is not whole.
    static func read(in directory: String) -> LogMark? {
        // Without O_NONBLOCK the opening of a pipe would wait for ever.
        let descriptor = open(directory + "/" + LogMark.fileName, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: LogMark.size + 1)
        let length = pread(descriptor, &bytes, bytes.count, 0)
        return length > 0 ? LogMark(Array(bytes.prefix(length))) : nil
    }

    /// Writes the mark. If that fails, the earlier mark stays, which requires fewer frames and does no harm.
    ///
    /// - Parameter isSynced: whether the mark is on disk when this function returns.
    func write(_ mark: LogMark, isSynced: Bool = false) {
        descriptor.withLock { descriptor in
            let bytes = mark.bytes
            var status = stat()
            if fstat(descriptor, &status) == 0, status.st_nlink != 1, let fresh = try? file.createAnew() {
                // Either the file was removed, and without a mark the next start could not judge the end of the log. Or
                // the file has a second name, for example in a backup, whose content must stay.
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
