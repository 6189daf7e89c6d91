import Foundation

/// A file in Linux's `/proc`.
///
/// The system creates the content of such a file while a process reads the file.
enum ProcFile {
    /// The largest number of bytes that ``text(at:)`` reads, enough for about 300,000 locks.
    private static let longest = 16 << 20

    /// Returns the content of a file, or the beginning of a very long one.
    ///
    /// Returns nil if the file cannot be read.
    ///
    /// The system reports no length for such a file and gives at most a few KiB a read. Foundation stops after the
    /// first read, so this function reads until the end.
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
