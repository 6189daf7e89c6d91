#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension FreshFile {
    /// Returns the content of the file; nil if the file does not exist. Follows symbolic links.
    ///
    /// Throws if this user may not read the file. Also throws if the path names a directory, a pipe or a device,
    /// because a pipe could make the reader wait for ever.
    package func content() throws(FreshFileFailure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            let number = errno
            if number == ENOENT { return nil }
            throw failure(number)
        }
        defer { close(descriptor) }
        guard let facts = FileFacts(descriptor: descriptor) else { throw failure(EBADF) }
        guard facts.isRegular else { throw FreshFileFailure(path, .isNotAFile) }
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = piece.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            guard count > 0 else { return content }
            content += piece[..<count]
        }
    }

    /// Returns the content of a text file; nil if the file does not exist. Throws as ``content()`` does, and also if
    /// the content is not UTF-8.
    package func text() throws(FreshFileFailure) -> String? {
        guard let content = try content() else { return nil }
        guard let text = String(validating: content, as: UTF8.self) else { throw FreshFileFailure(path, .isNotText) }
        return text
    }
}
