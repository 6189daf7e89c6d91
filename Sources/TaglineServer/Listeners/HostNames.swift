/// The names under which the listeners that ask for no token may be called, beside `localhost` and addresses.
///
/// A web page that has its own name resolve to this machine sends that name in `Host`, so a name is let in only if the server's
/// owner has given it.
public struct HostNames: Sendable {
    private let names: Set<String>
    private let takesSingleLabels: Bool

    /// - Parameters:
    ///   - names: compared in lower case.
    ///   - takesSingleLabels: whether every name without a dot is let in as well. Services of one container network call each
    ///     other by such names, and no web page of elsewhere has one.
    public init(_ names: [String] = [], takesSingleLabels: Bool = false) {
        self.names = Set(names.map { $0.lowercased() })
        self.takesSingleLabels = takesSingleLabels
    }

    func contains(_ host: HostHeader) -> Bool {
        if host.isAddressOrLocalhost || names.contains(host.name) { return true }
        return takesSingleLabels && !host.name.contains(".")
    }

    /// Returns whether `text` is a host name: labels of letters, digits, hyphens and underscores, 253 bytes at most, and no
    /// address.
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
