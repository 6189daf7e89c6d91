/// The value of a `Host` header: a name or an address, with or without a port. Source: RFC 9110, 7.2.
struct HostHeader: Hashable, Sendable {
    /// The host in lower case; an IPv6 address is without brackets. The name is empty if the header is empty.
    let name: String
    /// Whether the name is in brackets, as IPv6 addresses are.
    let isBracketed: Bool
    let port: Int?

    /// Parses the whole value, except for blanks around it. Returns nil if the value is not a host with an optional
    /// port.
    init?(_ text: String) {
        let bytes = Array(text.withoutOuterBlanks.utf8)
        var rest = bytes[...]
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let inside = bytes[1..<end]
            guard !inside.isEmpty, inside.allSatisfy(Self.isInAddress) else { return nil }
            name = String(decoding: inside, as: UTF8.self).lowercased()
            isBracketed = true
            rest = bytes[(end + 1)...]
        } else {
            let end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
            guard bytes[..<end].allSatisfy(Self.isInName) else { return nil }
            name = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
            isBracketed = false
            rest = bytes[end...]
        }
        guard let colon = rest.first else {
            port = nil
            return
        }
        let digits = rest.dropFirst()
        guard colon == UInt8(ascii: ":"), digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            return nil
        }
        // A colon without a port after it is allowed.
        guard !digits.isEmpty else {
            port = nil
            return
        }
        guard digits.count <= 5, let number = Int(String(decoding: digits, as: UTF8.self)), number <= 65_535 else {
            return nil
        }
        port = number
    }

    /// Whether the host is `localhost`, an address or empty. The owner of another site cannot use DNS to make such a
    /// host point to this machine.
    var isAddressOrLocalhost: Bool {
        isBracketed || name.isEmpty || name == "localhost" || Self.isIPv4(name)
    }

    private static func isIPv4(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in part.utf8.allSatisfy { 48...57 ~= $0 } && UInt8(part) != nil }
    }

    private static func isInAddress(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: ":"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Returns whether a registered name may contain `byte`. Names of containers often contain an underscore.
    private static func isInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "%"):
            true
        default: false
        }
    }
}
