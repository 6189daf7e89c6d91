/// The host names under which callers may reach the admin plane and the cloud gateway, besides `localhost` and
/// addresses.
///
/// The owner of a web site can make the name of the site resolve to this machine. A browser then sends this name in
/// `Host`. So a listener accepts a name only if the owner of the server has listed the name.
public struct HostNames: Sendable {
    private let names: Set<String>
    private let takesSingleLabels: Bool

    /// - Parameters:
    ///   - names: the accepted names. Letter case does not matter.
    ///   - takesSingleLabels: whether to accept every name without a dot too. Services in one container network call
    ///     each other by such names, and no web page of another site has such a name.
    public init(_ names: [String] = [], takesSingleLabels: Bool = false) {
        self.names = Set(names.map { $0.lowercased() })
        self.takesSingleLabels = takesSingleLabels
    }

    func contains(_ host: HostHeader) -> Bool {
        if host.isAddressOrLocalhost || names.contains(host.name) { return true }
        return takesSingleLabels && !host.name.contains(".")
    }

    /// Returns whether `text` is a host name and not an address.
    ///
    /// A host name consists of labels of letters, digits, hyphens and underscores, and has at most 253 bytes.
    public static func isName(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 253
            && labels.allSatisfy { label in
                1...63 ~= label.utf8.count && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy {
                        isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                    }
            }
            && labels.last?.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } != true
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
