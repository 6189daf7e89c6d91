import Foundation
import OfficialAccount

/// Standard output, where a command prints what it was asked for.
///
/// A command whose output cannot be written has not done what it was asked for, and ends with an exit code of its own.
enum StandardOutput {
    /// Why the output could not be written.
    struct Failure: Error, CustomStringConvertible {
        let errno: Int32

        var description: String { "the output cannot be written: \(String(cString: strerror(errno)))" }

        /// Whether the reader of a pipe has gone, as `head` does when it has seen enough.
        var isClosedPipe: Bool { errno == EPIPE }
    }

    /// Writes all of the bytes. Returns when the system has taken them.
    static func write(_ bytes: some Collection<UInt8>) throws(Failure) {
        var bytes = Array(bytes)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(1, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw Failure(errno: errno)
            }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Writes what a server has sent; on a terminal its control characters are shown and not obeyed.
    static func write(foreign bytes: some Collection<UInt8>) throws(Failure) {
        guard isatty(1) == 1 else { return try write(bytes) }
        try write(String(decoding: bytes, as: UTF8.self).shownInLines.utf8)
    }

    /// Makes sure that a file holds what was written, where standard output is a file.
    static func settle() throws(Failure) {
        guard FileStatus(descriptor: 1)?.isPlain ?? false else { return }
        guard fsync(1) == 0 else { throw Failure(errno: errno) }
    }
}

/// Prints a text on standard output. Control characters in it are shown as `\u{1b}`, but for line breaks and tabs.
func tell(_ text: String, terminator: String = "\n") throws(StandardOutput.Failure) {
    try StandardOutput.write((text.shownInLines + terminator).utf8)
}

/// Prints JSON on standard output. A control character that a server has put into it unescaped is escaped as JSON wants it.
func tellJSON(_ json: String) throws(StandardOutput.Failure) {
    var text = ""
    for scalar in json.unicodeScalars {
        if scalar.value < 0x20 && !"\n\r\t".unicodeScalars.contains(scalar) || 0x7F...0x9F ~= scalar.value {
            let digits = String(scalar.value, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
            text.unicodeScalars.append(scalar)
        }
    }
    try StandardOutput.write((text.hasSuffix("\n") ? text : text + "\n").utf8)
}
