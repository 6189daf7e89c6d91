/// The text of a token: two digits, `_`, and 139 URL-safe characters. The platform's tokens have the same form.
///
/// The characters encode 104 bytes. The first twelve bytes name the account: its ``AccountHash`` and a checksum of four
/// bytes. A store on many machines reads from this name which machine holds the account. The other 92 bytes are random.
/// The first twelve random bytes mask the name, so two tokens of an account do not begin with the same characters.
public struct TokenText: Sendable {
    /// The number of random bytes from which a text is made: one for the two digits, and 104 for the characters.
    public static let bytes = 105
    private static let sealed = 12
    /// The number of characters that encode the twelve bytes of the name and the twelve bytes that mask them.
    private static let sealedCharacters = sealed * 2 * 4 / 3
    private static let prefixCharacters = 3
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    public let text: String

    /// Wraps the text that a caller sent, whether it is a token or not.
    public init(_ text: String) {
        self.text = text
    }

    /// Makes the text of a token that names `account`; if `account` is nil, the text names no account.
    ///
    /// - Parameter random: ``bytes`` random bytes; missing bytes count as zero.
    public init(_ random: [UInt8], of account: AccountHash?) {
        var bytes = Array(random.prefix(Self.bytes)) + Array(repeating: 0, count: max(0, Self.bytes - random.count))
        let prefix = 10 + Int(bytes.removeFirst()) % 90
        if let account {
            for (place, byte) in Self.seal(account).enumerated() { bytes[place] = byte ^ bytes[place + Self.sealed] }
        }
        text = "\(prefix)_" + Self.encoded(bytes)
    }

    /// The account that the text names; nil for a text without an account, such as a token of a third-party platform or
    /// of an older version.
    ///
    /// Any caller can make a text that names an account. Only the store knows whether the text is a token.
    public var account: AccountHash? {
        let sealed = text.utf8.dropFirst(Self.prefixCharacters).prefix(Self.sealedCharacters)
        guard sealed.count == Self.sealedCharacters, let bytes = Self.decoded(sealed) else { return nil }
        let seal = (0..<Self.sealed).map { bytes[$0] ^ bytes[$0 + Self.sealed] }
        let number = seal.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let account = AccountHash(Int64(bitPattern: number))
        return seal == Self.seal(account) ? account : nil
    }

    private static func seal(_ account: AccountHash) -> [UInt8] {
        let number = UInt64(bitPattern: account.value)
        let check = UInt32(truncatingIfNeeded: number) ^ UInt32(truncatingIfNeeded: number >> 32) ^ 0x7461_676c
        return (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
            + (0..<4).map { UInt8(truncatingIfNeeded: check >> UInt32(24 - 8 * $0)) }
    }

    /// Returns URL-safe base64 without padding.
    private static func encoded(_ bytes: [UInt8]) -> String {
        var characters: [UInt8] = []
        characters.reserveCapacity((bytes.count * 4 + 2) / 3)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let some = bytes[start..<min(start + 3, bytes.count)]
            let group = some.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - some.count))
            for place in 0...some.count { characters.append(alphabet[group >> (18 - 6 * place) & 63]) }
        }
        return String(decoding: characters, as: UTF8.self)
    }

    /// Decodes whole groups of four characters. Returns nil unless every character is in the alphabet.
    private static func decoded(_ characters: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (group, count) = (0, 0)
        for character in characters {
            guard let value = value(of: character) else { return nil }
            (group, count) = (group << 6 | value, count + 1)
            guard count == 4 else { continue }
            for shift in [16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: group >> shift)) }
            (group, count) = (0, 0)
        }
        return bytes
    }

    private static func value(of character: UInt8) -> Int? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(character) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(character) - 97 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(character) - 48 + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
