import Foundation
import OfficialAccount

/// An IPv4 or IPv6 address in 128 bits. An IPv4 address is stored as its mapped IPv6 address.
struct IPAddress: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    private static let mapped: UInt64 = 0xFFFF_0000_0000

    /// Parses an address in its usual form, without brackets, port or zone. Returns nil for any other text.
    init?(_ text: String) {
        guard let bytes = IPAddressBytes.of(text) else { return nil }
        if bytes.count == 4 { self.init(four: bytes[...]) } else { self.init(six: bytes[...]) }
    }

    /// Makes an IPv4 address from its bytes in network order. Ignores bytes after the fourth.
    init(four bytes: ArraySlice<UInt8>) {
        high = 0
        low = Self.mapped | Self.number(bytes.prefix(4))
    }

    /// Makes an IPv6 address from its bytes in network order. Ignores bytes after the sixteenth.
    init(six bytes: ArraySlice<UInt8>) {
        high = Self.number(bytes.prefix(8))
        low = Self.number(bytes.dropFirst(8).prefix(8))
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    var isIPv4: Bool { high == 0 && low >> 32 == Self.mapped >> 32 }

    /// The address as the system writes it. The addresses of connections have the same form.
    var text: String {
        if isIPv4 { return [24, 16, 8, 0].map { String(low >> UInt64($0) & 0xFF) }.joined(separator: ".") }
        var bytes = withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

// The addresses from which an account or a third-party platform allows calls.
extension IPAddress {
    /// The most addresses of one account or third-party platform.
    static let mostAllowed = 200

    /// Returns the addresses in the form in which the server writes the addresses of callers, also on an IPv6 listener.
    /// Returns nil if a text is not an address.
    static func allowed(_ texts: [String]) -> [String]? {
        let addresses = texts.compactMap { IPAddress($0) }
        return addresses.count == texts.count ? addresses.map(\.text) : nil
    }

    /// Returns the address `text` in the form in which the server writes the addresses of callers. Returns any other
    /// text unchanged.
    static func callerText(_ text: String) -> String { IPAddress(text)?.text ?? text }

    /// Returns whether a caller with the address `address` may call.
    ///
    /// - Parameters:
    ///   - address: the address as ``callerText(_:)`` returns it.
    ///   - allowed: the addresses that may call, in any form; empty if every address may call. An imported list, or a
    ///     list of an earlier version, can have addresses in other forms.
    static func allows(_ address: String, in allowed: [String]) -> Bool {
        allowed.isEmpty || allowed.contains(address) || allowed.contains { callerText($0) == address }
    }
}

/// A range of addresses: an address, and how many of its first bits must match, such as `10.0.0.0/8`.
struct AddressRange: Hashable, Sendable {
    private let first: IPAddress
    private let bits: Int

    /// Parses an address with or without `/bits`. Returns nil for any other text.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let written = parts.first, let address = IPAddress(String(written)) else { return nil }
        // The number after `/` counts the bits of the address as it is written: `::ffff:10.0.0.0/104` is `10.0.0.0/8`.
        let most = written.contains(":") ? 128 : 32
        var bits = most
        if parts.count == 2 {
            guard
                parts[1].utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let number = Int(parts[1]),
                number <= most
            else { return nil }
            bits = number
        }
        first = address
        self.bits = bits + 128 - most
    }

    func contains(_ address: IPAddress) -> Bool {
        let highMask = Self.mask(min(bits, 64))
        let lowMask = Self.mask(max(bits - 64, 0))
        return (address.high ^ first.high) & highMask == 0 && (address.low ^ first.low) & lowMask == 0
    }

    private static func mask(_ bits: Int) -> UInt64 { bits == 0 ? 0 : ~0 << UInt64(64 - bits) }
}
