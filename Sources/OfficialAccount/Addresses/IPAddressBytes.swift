import Foundation

/// Reads the bytes of an IP address in network order: 4 bytes for IPv4, 16 bytes for IPv6.
package enum IPAddressBytes {
    /// Returns the bytes of the address `text`; nil unless `text` is an address in its usual form, without brackets,
    /// port or zone.
    package static func of(_ text: String) -> [UInt8]? {
        // This function does not use `in_addr`, because compilers disagree on which module the members of `in_addr`
        // belong to.
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
        return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }
}
