import Foundation
import FreshFiles

/// A file without a name, which only the user of this process can read. The system removes the file when the process
/// ends, even after a crash.
final class UnlinkedFile: SpillFile {
    private let descriptor: Int32

    /// Creates the file in `directory`, and removes its name at once. Throws ``SpillFailure`` if either step fails.
    ///
    /// - Parameter name: a name that no other server or task uses in the directory.
    init(in directory: URL, named name: String) throws(SpillFailure) {
        let path = directory.appending(path: name).path
        let file: Int32
        do {
            // If an earlier server was killed between this step and the next one, it left an empty file. `createAnew`
            // replaces that file.
            file = try FreshFile(path).createAnew()
        } catch {
            throw SpillFailure(error.reason)
        }
        guard unlink(path) == 0 else {
            let cause = errno
            close(file)
            throw SpillFailure(cause)
        }
        descriptor = file
    }

    deinit {
        close(descriptor)
    }

    var diskSpace: DiskSpace? {
        var state = statvfs()
        guard fstatvfs(descriptor, &state) == 0 else { return nil }
        let block = Int(clamping: state.f_frsize)
        func bytes(_ blocks: Int) -> Int {
            let (bytes, isTooLarge) = blocks.multipliedReportingOverflow(by: block)
            return isTooLarge ? .max : bytes
        }
        return DiskSpace(free: bytes(Int(clamping: state.f_bavail)), whole: bytes(Int(clamping: state.f_blocks)))
    }

    func write(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(SpillFailure) -> Int {
        while true {
            let count = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
            if count >= 0 { return count }
            guard errno == EINTR else { throw SpillFailure(errno) }
        }
    }

    func read(_ count: Int, at offset: Int) throws(SpillFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var length = 0
        while length < count {
            let more = bytes.withUnsafeMutableBytes { part in
                pread(descriptor, part.baseAddress?.advanced(by: length), count - length, off_t(offset + length))
            }
            if more == 0 { break }
            if more > 0 {
                length += more
            } else if errno != EINTR {
                throw SpillFailure(errno)
            }
        }
        return Array(bytes.prefix(length))
    }

    func removeAll() {
        _ = ftruncate(descriptor, 0)
    }
}
