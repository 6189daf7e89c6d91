import Foundation

/// A file in Linux's `/proc`.
///
/// The system creates the content of such a file while a process reads the file.
enum ProcFile {
    /// The largest number of bytes that ``text(at:)`` reads.
    ///
    /// The file `/proc/locks` reaches this size with about 300,000 locks.
    private static let longest = 16 << 20

    /// Returns the content of a file, or about the first 16 MiB of a longer file.
    ///
    /// Returns nil if the file cannot be read.
    ///
    /// The system reports no length for a file in `/proc`, and one read returns at most a few KiB. Foundation stops
    /// after the first read, but this function reads to the end of the file.
    static func text(at path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while bytes.count < longest {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
