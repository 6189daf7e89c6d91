import Foundation

/// The bytes of an IP address in network order: 4 of IPv4, 16 of IPv6.
package enum IPAddressBytes {
    /// Returns the bytes of an address in its usual form, without brackets, port or zone; nil for any other text.
    package static func of(_ text: String) -> [UInt8]? {
        // `in_addr` does not serve here: compilers disagree on which module its members belong to.
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
        return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }
}
