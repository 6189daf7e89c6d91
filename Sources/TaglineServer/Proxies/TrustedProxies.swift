/// The proxies in front of the server. The server accepts the caller's address from these proxies.
public struct TrustedProxies: Sendable {
    private let ranges: [AddressRange]
    /// Whether a connection from a trusted proxy begins with a header of the PROXY protocol.
    let sendProxyHeader: Bool

    /// The value for a server that trusts no proxy.
    public static let none = TrustedProxies(ranges: [], sendProxyHeader: false)

    /// The error for a text that is not a range of addresses.
    public struct BadRange: Error, Sendable {
        public let text: String
    }

    /// - Parameters:
    ///   - ranges: addresses and ranges such as `10.0.0.0/8`.
    ///   - sendProxyHeader: whether the connections of these proxies begin with a header of the PROXY protocol, version
    ///     2.
    public init(_ ranges: [String], sendProxyHeader: Bool = false) throws(BadRange) {
        var parsed: [AddressRange] = []
        for text in ranges {
            guard let range = AddressRange(text) else { throw BadRange(text: text) }
            parsed.append(range)
        }
        self.init(ranges: parsed, sendProxyHeader: sendProxyHeader)
    }

    private init(ranges: [AddressRange], sendProxyHeader: Bool) {
        self.ranges = ranges
        self.sendProxyHeader = sendProxyHeader
    }

    var isEmpty: Bool { ranges.isEmpty }

    func contains(_ address: String?) -> Bool {
        guard !ranges.isEmpty, let address, let address = IPAddress(address) else { return false }
        return contains(address)
    }

    private func contains(_ address: IPAddress) -> Bool {
        ranges.contains { $0.contains(address) }
    }

    /// Returns the address of the caller behind `peer`: the last address in `forwarded` that does not belong to a
    /// trusted proxy.
    ///
    /// A caller can write anything into the header. Each proxy adds the address of its own caller at the end. So the
    /// function reads the entries backwards from the last one, and only entries that trusted proxies wrote. At an entry
    /// that is not an address, it stops and returns the address of the proxy that wrote this entry.
    ///
    /// - Parameters:
    ///   - forwarded: the values of `X-Forwarded-For`, in the order of the request.
    ///   - peer: the address of the connection's other end, which is a trusted proxy.
    func caller(_ forwarded: [Substring], behind peer: String) -> String {
        var nearest = peer
        for entry in forwarded.reversed() {
            guard let address = Self.address(entry) else { return nearest }
            nearest = address.text
            if !contains(address) { return nearest }
        }
        return nearest
    }

    /// Reads an entry: an address, to which some proxies add a port. Returns nil for `unknown` and every other text.
    private static func address(_ entry: Substring) -> IPAddress? {
        let text = entry.withoutOuterBlanks
        if let address = IPAddress(String(text)) { return address }
        // An IPv6 address has brackets if a port follows it.
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]"), isPort(text[text.index(after: end)...]) else { return nil }
            return IPAddress(String(text[text.index(after: text.startIndex)..<end]))
        }
        guard let colon = text.firstIndex(of: ":"), isPort(text[colon...]) else { return nil }
        return IPAddress(String(text[..<colon]))
    }

    /// Returns whether the text is a colon with digits after it, or empty.
    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || text.first == ":" && text.utf8.dropFirst().allSatisfy(\.isDigit)
    }
}
