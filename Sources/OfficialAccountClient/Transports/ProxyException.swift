import OfficialAccount

/// One entry of `NO_PROXY`: a name, an IP address, or a range of IP addresses.
///
/// A name `example.com` also covers `www.example.com`. An entry can have a port, and then covers only that port.
struct ProxyException {
    private let name: String
    private let port: Int?
    /// Whether the entry has a port that is not valid.
    ///
    /// Such an entry covers no host.
    private let hasBadPort: Bool
    /// The entry's IP address, and the number of its first bits; nil if the entry is a name.
    ///
    /// The entry covers every address that begins with the same bits.
    private let range: (address: [UInt8], bits: Int)?

    /// - Parameter entry: the text of the entry, such as `example.com`, `.example.com`, `*.example.com:8080`,
    ///   `10.0.0.0/8`, `::1`, `[::1]:8080` or `*`.
    init(_ entry: String) {
        var name = entry.lowercased()[...]
        var port: Substring?
        if name.first == "[", let end = name.firstIndex(of: "]") {
            let rest = name[name.index(after: end)...]
            port = rest.isEmpty ? nil : rest.dropFirst()
            name = name[name.index(after: name.startIndex)..<end]
        } else if name.count(where: { $0 == ":" }) == 1, let colon = name.firstIndex(of: ":") {
            port = name[name.index(after: colon)...]
            name = name[..<colon]
        }
        if name.hasPrefix("*.") { name = name.dropFirst() }
        if name.hasPrefix(".") { name = name.dropFirst() }
        if name.hasSuffix(".") { name = name.dropLast() }
        self.name = String(name)
        self.port = port.flatMap { Int($0) }
        hasBadPort = port.map { Int($0).map { !(1...65_535 ~= $0) } ?? true } ?? false
        let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let address = parts.first.flatMap { IPAddressBytes.of(String($0)) }
        let bits = parts.count == 2 ? Int(parts[1]) : address.map { $0.count * 8 }
        range = if let address, let bits, 0...address.count * 8 ~= bits { (address, bits) } else { nil }
    }

    /// Returns whether the entry covers `host` at `port`.
    ///
    /// If `port` is nil, the port of the entry does not matter.
    func covers(_ host: String, port: Int?) -> Bool {
        guard !hasBadPort else { return false }
        if let own = self.port, let port, own != port { return false }
        if name == "*" { return true }
        if let range {
            guard let address = IPAddressBytes.of(host), address.count == range.address.count else { return false }
            return (0..<range.bits).allSatisfy { bit in
                (address[bit / 8] ^ range.address[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
            }
        }
        var host = host.lowercased()[...]
        if host.hasSuffix(".") { host = host.dropLast() }
        return !name.isEmpty && (host == name || host.hasSuffix("." + name))
    }
}
