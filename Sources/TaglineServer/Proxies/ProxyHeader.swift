/// The header that a proxy sends at the start of a connection to name the caller: the PROXY protocol, version 2.
///
/// Source: HAProxy's `doc/proxy-protocol.txt`, section 2.2.
enum ProxyHeader: Hashable {
    /// The proxy itself is the caller, for example with a health check, or the header names no IP address.
    case own(length: Int)
    /// The caller has this address.
    case caller(IPAddress, length: Int)
    /// The rest of the header has not arrived.
    case incomplete
    /// The bytes are not a header of version 2, or the header is longer than ``longest``.
    case invalid

    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
    private static let fixedLength = 16
    /// The most bytes of a header. A header with two IPv6 addresses takes 52 bytes, and the fields that proxies add
    /// take a few hundred.
    static let longest = 4096

    /// Reads the header at the start of `bytes`. Ignores the bytes after it.
    static func read(_ bytes: ArraySlice<UInt8>) -> ProxyHeader {
        guard zip(bytes, signature).allSatisfy(==) else { return .invalid }
        guard bytes.count >= fixedLength else { return .incomplete }
        let start = bytes.startIndex
        let (version, family) = (bytes[start + 12], bytes[start + 13])
        let length = fixedLength + Int(bytes[start + 14]) << 8 + Int(bytes[start + 15])
        guard version >> 4 == 2, version & 0xF <= 1, length <= longest else { return .invalid }
        guard bytes.count >= length else { return .incomplete }
        let addresses = bytes[(start + fixedLength)..<(start + length)]
        guard version & 0xF == 1 else { return .own(length: length) }
        // These four bits are the protocol of the connection: unspecified, a stream or datagrams.
        guard family & 0xF <= 2 else { return .invalid }
        switch family >> 4 {
        case 1: return addresses.count < 12 ? .invalid : .caller(IPAddress(four: addresses), length: length)
        case 2: return addresses.count < 36 ? .invalid : .caller(IPAddress(six: addresses), length: length)
        case 0, 3: return .own(length: length)
        default: return .invalid
        }
    }
}
