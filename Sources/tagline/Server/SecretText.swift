import Foundation

/// Reads a secret from a file or an environment variable.
enum SecretText {
    /// The maximum number of bytes of a secret, including the blanks around it. A longer file is not a secret.
    static let longest = 64 * 1024

    /// Returns the secret in a file, without blanks and line ends around it. The file may be a pipe or `/dev/stdin`.
    ///
    /// Throws ``StartFailure`` if the file cannot be read, is not text, or is empty.
    ///
    /// - Parameter what: the words for the secret in the message, such as `the secret` or `the admin token`.
    static func read(from path: String, _ what: String) throws -> String {
        let text: String?
        do throws(SmallFile.Unreadable) {
            text = String(data: try SmallFile(path: path, longest: longest).content(), encoding: .utf8)
        } catch {
            throw StartFailure.badSetting("\(what) cannot be read from \(path): \(error)")
        }
        guard let text else {
            throw StartFailure.badSetting("\(what) cannot be read from \(path): it is not text in UTF-8")
        }
        let secret = trimmed(text)
        guard !secret.isEmpty else { throw StartFailure.badSetting("there is no \(what.droppingThe) in \(path)") }
        return secret
    }

    /// Checks that a text is one admin token. Throws ``StartFailure`` if it has several lines.
    ///
    /// - Parameter source: the file or the variable that gave the text. The message names this source.
    static func adminToken(_ text: String, from source: String) throws -> String {
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw StartFailure.badSetting("\(source) has several lines; give the admin token alone, in one line")
        }
        return text
    }

    /// Reads a file or a pipe to its end, but at most one byte more than ``longest``.
    static func bytes(of file: FileHandle) throws -> Data {
        var bytes = Data()
        while bytes.count <= longest, let part = try file.read(upToCount: longest + 1 - bytes.count), !part.isEmpty {
            bytes += part
        }
        return bytes
    }

    /// Checks that a text is one secret of an account: printable ASCII in one line. Throws ``StartFailure`` if it is in
    /// quotes, is JSON, or has other characters.
    ///
    /// - Parameter source: the file, the variable or the setting that gave the text. The message names this source.
    static func secret(_ text: String, from source: String) throws -> String {
        guard text.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) else {
            throw StartFailure.badSetting(
                "\(source) does not give one secret; give the secret alone, in one line of ASCII characters")
        }
        if text.first == "{", text.last == "}" {
            throw StartFailure.badSetting("\(source) gives JSON instead of a secret; give the secret alone")
        }
        if let first = text.first, "\"'`".contains(first), text.last == first, text.count > 1 {
            throw StartFailure.badSetting("\(source) gives a secret in quotes; give it without quotes")
        }
        return text
    }

    /// Checks that a text is one access token. Throws ``StartFailure`` if it is JSON, or has several lines or words.
    ///
    /// - Parameter source: the file, the variable or the option that gave the text. The message names this source.
    static func token(_ text: String, from source: String) throws -> String {
        guard !text.isEmpty else { throw StartFailure.badSetting("\(source) gives no access token") }
        guard text.first != "{", text.first != "[" else {
            throw StartFailure.badSetting(
                "\(source) gives JSON instead of an access token; give the value of access_token alone, such as with jq -r .access_token"
            )
        }
        guard text.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }) else {
            throw StartFailure.badSetting(
                "\(source) does not give one access token; give one word of letters, digits and signs, without quotes")
        }
        return text
    }

    /// Returns the value of an environment variable, trimmed like the text of a file; nil if the variable is not set or
    /// has only blanks.
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
