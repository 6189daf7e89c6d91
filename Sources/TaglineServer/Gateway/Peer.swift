import NIOCore

/// Where a request comes from.
public struct Peer: Sendable {
    /// The other end's address as text: an IPv4 one as such, also where the listener speaks IPv6; `unix` over a Unix
    /// socket; nil in process.
    let address: String?

    var isLocalSocket: Bool { address == Self.localSocket }

    private static let localSocket = "unix"

    /// - Parameter address: nil for a call that comes over no connection.
    public init(address: String?) {
        self.address = address
    }

    init(_ channel: any Channel) {
        let mapped = "::ffff:"
        if case .unixDomainSocket = channel.localAddress {
            address = Self.localSocket
        } else {
            address = channel.remoteAddress?.ipAddress.map {
                $0.hasPrefix(mapped) ? String($0.dropFirst(mapped.count)) : $0
            }
        }
    }
}
