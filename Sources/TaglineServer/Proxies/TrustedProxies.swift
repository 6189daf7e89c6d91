/// The proxies before the server whose word on a caller's address is taken.
public struct TrustedProxies: Sendable {
    private let ranges: [AddressRange]
    /// Whether a connection from a trusted proxy begins with a header of the PROXY protocol.
    let sendProxyHeader: Bool

    /// Nobody is trusted.
    public static let none = TrustedProxies(ranges: [], sendProxyHeader: false)

    /// What is no range of addresses.
    public struct BadRange: Error, Sendable {
        public let text: String
    }

    /// - Parameters:
    ///   - ranges: addresses and ranges such as `10.0.0.0/8`.
    ///   - sendProxyHeader: whether their connections begin with a header of the PROXY protocol, version 2.
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

    /// Returns the address of the caller behind `peer`: the last one in `forwarded` that is no trusted proxy's.
    ///
    /// A caller can write anything into the header that it sends, and each proxy adds at the end whom it was called by. So the
    /// entries count from the last one, and only as far as trusted proxies have written them. An entry that is no address ends the
    /// search: the address of the proxy that wrote it is returned.
    ///
    /// - Parameters:
    ///   - forwarded: the values of `X-Forwarded-For`, in the order of the request.
    ///   - peer: the address of the connection's other end, which is a trusted proxy's.
    func caller(_ forwarded: [Substring], behind peer: String) -> String {
        var nearest = peer
        for entry in forwarded.reversed() {
            guard let address = Self.address(entry) else { return nearest }
            nearest = address.text
            if !contains(address) { return nearest }
        }
        return nearest
    }

    /// An entry is an address, which some proxies write with a port.
    private static func address(_ entry: Substring) -> IPAddress? {
        var text = entry
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        if let address = IPAddress(String(text)) { return address }
        if text.first == "[", let end = text.firstIndex(of: "]") {
            return IPAddress(String(text[text.index(after: text.startIndex)..<end]))
        }
        guard let colon = text.firstIndex(of: ":") else { return nil }
        return IPAddress(String(text[..<colon]))
    }
}
