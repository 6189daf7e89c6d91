import OfficialAccount

/// The DNS names and the IP addresses that a certificate is for: its subject alternative names.
package struct CertificateNames: Hashable, Sendable {
    /// The DNS names, such as `api.weixin.qq.com` or `*.weixin.qq.com`.
    package let hosts: [String]
    /// The IP addresses, each as 4 or 16 bytes.
    package let addresses: [[UInt8]]

    package init(hosts: [String] = [], addresses: [[UInt8]] = []) {
        self.hosts = hosts
        self.addresses = addresses
    }

    /// Returns whether the certificate is for a host, by the rules of RFC 6125.
    ///
    /// An IP address can match only entries of ``addresses``, and a name can match only entries of ``hosts``. Upper and
    /// lower case are equal, and a final dot is ignored. A `*` matches the whole first label of a name with at least
    /// three labels.
    ///
    /// - Parameter host: a name, or an IP address without brackets. An international name must be in its ASCII form.
    /// - Returns: true if one of the names, or one of the addresses, matches `host`.
    package func include(_ host: String) -> Bool {
        if let address = IPAddressBytes.of(host) { return addresses.contains(address) }
        let labels = Self.labels(of: host)
        guard !labels.contains([]) else { return false }
        return hosts.contains { Self.matches(Self.labels(of: $0), labels) }
    }

    private static func matches(_ pattern: [[UInt8]], _ labels: [[UInt8]]) -> Bool {
        guard pattern.first == [UInt8(ascii: "*")] else { return pattern == labels }
        return pattern.count >= 3 && pattern.count == labels.count && pattern.dropFirst() == labels.dropFirst()
    }

    /// Returns the labels of a name in lower case.
    ///
    /// Only the letters A to Z change, so no other character becomes equal to an ASCII letter.
    private static func labels(of name: String) -> [[UInt8]] {
        var bytes = name.utf8.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
        if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        return bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
    }

    /// Whether a text is an IP address.
    package static func isAddress(_ host: String) -> Bool { IPAddressBytes.of(host) != nil }
}
