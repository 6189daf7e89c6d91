import Foundation

/// The address of a server as a person typed it: a host, and perhaps a port and a scheme.
struct TypedAddress: Equatable {
    /// The scheme and the host, and the port and the path if the person typed them. No slash is at the end.
    let url: String
    let scheme: String
    /// The host as a name or an address, without brackets.
    let host: String
    let port: Int

    /// Parses the text. Throws ``StartFailure`` if any part of the text is invalid. No library crashes on an address
    /// that this initializer accepts.
    ///
    /// - Parameters:
    ///   - text: such as `127.0.0.1:8080`, `localhost`, `https://api.weixin.qq.com`.
    ///   - option: the option that gave the text. The message names this option.
    ///   - isPlain: whether an address without a scheme means HTTP instead of HTTPS. If `isPlain` is nil, an address of
    ///     this machine means HTTP, and any other address means HTTPS.
    init(_ text: String, option: String, isPlain: Bool? = nil) throws {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let example = "http://127.0.0.1:\(option.lowercased().contains("admin") ? 8090 : 8080)"
        guard !text.contains("@") else {
            throw StartFailure.badSetting(
                "\(option): an address must not have a user name or a password; give one such as \(example)")
        }
        let wrong = StartFailure.badSetting(
            "\(option): \(Self.quoted(text)) is not an address; give one such as \(example)")
        let scheme: Substring
        let rest: Substring
        if let separator = text.firstRange(of: "://") {
            scheme = text[..<separator.lowerBound]
            rest = text[separator.upperBound...]
        } else {
            scheme = ""
            rest = text[...]
        }
        let authority = rest.prefix { $0 != "/" }
        guard
            let (host, port) = Self.split(authority), !host.isEmpty,
            // Refuse `http//host`, which lacks a colon.
            !scheme.isEmpty || !rest.contains("//"),
            !rest.contains(where: { $0.isWhitespace || "?#@\\".contains($0) }),
            rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw wrong }
        let isLocal = host == "localhost" || host == "::1" || host.hasPrefix("127.") && Self.isIPv4(host)
        let named = scheme.isEmpty ? (isPlain ?? isLocal ? "http" : "https") : scheme.lowercased()
        guard ["http", "https"].contains(named) else { throw wrong }
        if let port {
            guard let number = Int(port), 1...65_535 ~= number else {
                throw StartFailure.badSetting(
                    "\(option): \(Self.quoted(text)) has no port from 1 to 65535; give one such as \(example)"
                )
            }
            self.port = number
        } else {
            self.port = named == "https" ? 443 : 80
        }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path.removeLast() }
        let bracketed = host.contains(":") ? "[\(host)]" : host
        url = "\(named)://\(bracketed)\(port.map { ":\($0)" } ?? "")\(path)"
        guard URL(string: url) != nil else { throw wrong }
        self.scheme = named
        self.host = host
    }

    /// Returns the address in an environment variable; nil if the variable is not set. Throws if the variable is set
    /// but empty: an empty value is a mistake, and never means the default.
    ///
    /// - Parameter otherwise: the default server, such as `WeChat`. The message names this server.
    static func environment(_ name: String, otherwise: String) throws -> String? {
        guard ProcessInfo.processInfo.environment[name] != nil else { return nil }
        guard let given = SecretText.environment(name) else {
            throw StartFailure.badSetting("\(name) is set and empty; unset it to call \(otherwise), or give an address")
        }
        return given
    }

    /// Whether the address is on this machine.
    var isLocal: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") && Self.isIPv4(host) }

    /// Returns the host and the port; the port is nil if the text has no port. Returns nil for a text of another form.
    private static func split(_ authority: Substring) -> (host: String, port: String?)? {
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let host = authority[authority.index(after: authority.startIndex)..<end]
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
            let rest = authority[authority.index(after: end)...]
            if rest.isEmpty { return (host.lowercased(), nil) }
            return rest.first == ":" ? (host.lowercased(), String(rest.dropFirst())) : nil
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let host = parts.first,
            host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) })
        else { return nil }
        return (host.lowercased(), parts.count == 2 ? String(parts[1]) : nil)
    }

    private static func isIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil && $0.allSatisfy(\.isNumber) }
    }

    private static func quoted(_ text: String) -> String {
        "\""
            + text.unicodeScalars.prefix(200).map {
                (" "..."~").contains($0) ? String($0) : "\\u{\(String($0.value, radix: 16))}"
            }
            .joined() + "\""
    }
}
