import BulkRuns
import Foundation
import OfficialAccount

/// Standard output, where a command prints its result.
///
/// A command that cannot write its output has failed, and ends with an exit code for this failure.
enum StandardOutput {
    /// Why the output could not be written.
    struct Failure: Error, CustomStringConvertible {
        let errno: Int32

        var description: String { "the output cannot be written: \(String(cString: strerror(errno)))" }

        /// Whether the reader has closed the pipe, as `head` does after enough lines.
        var isClosedPipe: Bool { errno == EPIPE }
    }

    /// Writes all bytes. Returns when the system has accepted them.
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

    /// Writes bytes from a server. On a terminal, escapes control characters, so that the terminal does not act on
    /// them.
    static func write(foreign bytes: some Collection<UInt8>) throws(Failure) {
        guard isatty(1) == 1 else { return try write(bytes) }
        try write(String(decoding: bytes, as: UTF8.self).shownInLines.utf8)
    }

    /// If standard output is a file, syncs the file to the disk.
    static func settle() throws(Failure) {
        guard FileStatus(descriptor: 1)?.isPlain ?? false else { return }
        guard fsync(1) == 0 else { throw Failure(errno: errno) }
    }
}

/// Prints a line on standard output. Escapes such as `\u{a}` replace its control characters, line breaks included, so
/// that a text from outside the program cannot begin a new line.
func tell(_ line: String) throws(StandardOutput.Failure) {
    try StandardOutput.write((line.shown + "\n").utf8)
}

/// Prints `text`, which consists of whole lines, on standard output.
///
/// The caller must escape the line breaks in texts from outside the program. This function replaces all other control
/// characters except tabs by escapes.
func tell(lines text: String) throws(StandardOutput.Failure) {
    try StandardOutput.write(text.shownInLines.utf8)
}

/// Prints JSON on standard output. If a server sent a control character unescaped, this function escapes the character
/// as JSON requires.
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
