import Foundation

/// Reads a secret from where somebody keeps it.
enum SecretText {
    /// The most bytes of a secret and the blanks around it. A longer file is not a secret.
    static let longest = 64 * 1024

    /// The secret in a file, which may be a pipe or `/dev/stdin`, without blanks and line ends around it.
    ///
    /// Throws ``StartFailure`` if it cannot be read or is empty.
    ///
    /// - Parameter what: what it is, such as `the secret`.
    static func read(from path: String, _ what: String) throws -> String {
        guard let text = text(of: path) else { throw StartFailure.badSetting("\(what) cannot be read from \(path)") }
        let secret = trimmed(text)
        guard !secret.isEmpty else { throw StartFailure.badSetting("there is no \(what.droppingThe) in \(path)") }
        return secret
    }

    /// What a file holds; nil if it cannot be read, is too long, or is not text. A pipe is read to its end.
    private static func text(of path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path), let bytes = try? bytes(of: file), bytes.count <= longest
        else { return nil }
        return String(data: bytes, encoding: .utf8)
    }

    /// Reads a file or a pipe to its end, but at most one byte more than ``longest``.
    static func bytes(of file: FileHandle) throws -> Data {
        var bytes = Data()
        while bytes.count <= longest, let part = try file.read(upToCount: longest + 1 - bytes.count), !part.isEmpty {
            bytes += part
        }
        return bytes
    }

    /// Checks that a text is one access token. Throws ``StartFailure`` if it is JSON, or has several lines or words.
    ///
    /// - Parameter source: the file, the variable or the option that gave the text, for the message.
    static func token(_ text: String, from source: String) throws -> String {
        guard !text.isEmpty else { throw StartFailure.badSetting("\(source) gives no access token") }
        guard text.first != "{", text.first != "[" else {
            throw StartFailure.badSetting(
                "\(source) gives JSON in place of an access token; give the value of access_token alone, such as with jq -r .access_token"
            )
        }
        guard text.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }) else {
            throw StartFailure.badSetting(
                "\(source) does not give one access token; give one word of letters, digits and signs, without quotes")
        }
        return text
    }

    /// The value of an environment variable, trimmed as files are; nil if it is not set or has nothing but blanks.
    static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].map(trimmed).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Returns the text without blanks, line ends, control characters and byte order marks around it.
    static func trimmed(_ text: String) -> String {
        text.trimmingCharacters(in: .whitespacesAndNewlines.union(.controlCharacters).union(["\u{FEFF}"]))
    }
}

extension String {
    fileprivate var droppingThe: Substring { hasPrefix("the ") ? dropFirst(4) : self[...] }
}
