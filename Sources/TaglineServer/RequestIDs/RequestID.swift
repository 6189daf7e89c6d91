import OfficialAccount
import TagStore

/// The `rid` of an answer: three groups of eight hexadecimal digits. The first group is the Unix time.
///
/// Source: `doc/service/openApi/get_rid_info.html`, whose example has `invoke_time` 1635156704 for `617682e0-…`.
struct RequestID: Sendable, CustomStringConvertible {
    let description: String

    init(at now: UnixTime, random: [UInt8]) {
        let time = UInt32(truncatingIfNeeded: now.seconds)
        let groups = [
            time,
            random.prefix(4).reduce(0) { $0 << 8 | UInt32($1) },
            random.dropFirst(4).prefix(4).reduce(0) { $0 << 8 | UInt32($1) },
        ]
        description = groups.map { group in
            let digits = String(group, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined(separator: "-")
    }
}

extension RequestID {
    /// Returns the time in a rid; nil if `text` is not a rid.
    static func time(of text: String) -> UnixTime? {
        guard text.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}/) != nil else { return nil }
        return UInt32(text.prefix(8), radix: 16).map { UnixTime(seconds: Int64($0)) }
    }
}

/// The `hint` of an answer: 16 opaque characters, of which the tenth is a dash.
struct RequestHint: Sendable, CustomStringConvertible {
    let description: String

    /// - Parameter random: fifteen bytes.
    init(random: [UInt8]) {
        let characters = random.map { Self.alphabet[Int($0) % Self.alphabet.count] }
        description = String(characters.prefix(9)) + "-" + String(characters.dropFirst(9).prefix(6))
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._")
}
