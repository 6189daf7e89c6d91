import Crypto
import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A mark of the end of SQLite's write-ahead log, in a small file of its own: `tagline.mark`.
///
/// A log that ends before its mark has lost transactions that the store had answered. Without the mark, the store could
/// not tell a lost last transaction from one that a crash cut off. The store writes the mark after the log is on disk,
/// and does not sync it. After a loss of power an older mark may be left, which requires fewer frames.
struct LogMark: Equatable {
    static let fileName = "tagline.mark"
    /// Magic, salts, frames, sequence and seal.
    static let size = 4 + 8 + 8 + 8 + 16

    /// The two numbers that distinguish this log from earlier ones; nil after a clean end, when there is no log.
    var salts: UInt64?
    /// The number of the log's frames on disk. Each frame is a page.
    var frames: UInt64
    /// The last record of the journal.
    var sequence: Int64

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size)
        bytes += Self.magic
        func append(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
        append(salts ?? 0)
        append(frames)
        append(UInt64(bitPattern: sequence))
        SHA256.hash(data: bytes).withUnsafeBytes { bytes.append(contentsOf: $0.prefix(16)) }
        return bytes
    }

    init(salts: UInt64?, frames: UInt64, sequence: Int64) {
        self.salts = salts
        self.frames = frames
        self.sequence = sequence
    }

    /// Returns nil for bytes that are not a whole mark.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.size, Array(bytes.prefix(4)) == Self.magic else { return nil }
        func number(_ index: Int) -> UInt64 {
            bytes.withUnsafeBytes {
                UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 4 + 8 * index, as: UInt64.self))
            }
        }
        let salts = number(0)
        self.init(salts: salts == 0 ? nil : salts, frames: number(1), sequence: Int64(bitPattern: number(2)))
        guard self.bytes == bytes else { return nil }
    }

    /// Returns the mark that requires no log.
    static func none(sequence: Int64) -> LogMark {
        LogMark(salts: nil, frames: 0, sequence: sequence)
    }

    private static let magic = Array("TGM1".utf8)
}

/// The file that holds the mark, open for writing.
final class LogMarkFile: Sendable {
    private let descriptor: Mutex<Int32>
    private let path: String

    /// Throws ``StoreOpenError`` if the file cannot be opened. A symbolic link in its place is not followed.
    init(directory: String) throws(StoreOpenError) {
        path = directory + "/" + LogMark.fileName
        let descriptor = Self.descriptor(at: path)
        guard descriptor >= 0 else { throw .notWritable(directory: directory, why: String(cString: strerror(errno))) }
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        descriptor.withLock { _ = Self.close($0) }
    }

    /// Returns the mark in a directory; nil if there is none or it is not whole.
    static func read(in directory: String) -> LogMark? {
        let descriptor = open(directory + "/" + LogMark.fileName, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: LogMark.size + 1)
        let length = pread(descriptor, &bytes, bytes.count, 0)
        return length == LogMark.size ? LogMark(Array(bytes.prefix(length))) : nil
    }

    /// Writes the mark. If that fails, the earlier mark stays, which requires fewer frames and does no harm.
    ///
    /// - Parameter isSynced: whether it is on disk when this returns.
    func write(_ mark: LogMark, isSynced: Bool = false) {
        descriptor.withLock { descriptor in
            let bytes = mark.bytes
            var status = stat()
            if fstat(descriptor, &status) == 0, status.st_nlink == 0 {
                // The file was removed. Without a mark the next start could not judge the end of the log.
                let fresh = Self.descriptor(at: path)
                if fresh >= 0 {
                    _ = Self.close(descriptor)
                    descriptor = fresh
                }
            }
            _ = pwrite(descriptor, bytes, bytes.count, 0)
            if isSynced { _ = fsync(descriptor) }
        }
    }

    private static func descriptor(at path: String) -> Int32 {
        open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
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
