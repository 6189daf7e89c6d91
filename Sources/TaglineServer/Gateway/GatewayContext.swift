import Hummingbird
import NIOCore

/// What is known of a connection.
public struct GatewayContext: InitializableFromSource, Sendable {
    /// The other end's address as text: an IPv4 one as such, also where the listener speaks IPv6; `unix` over a Unix socket; nil in process.
    let address: String?

    var isLocalSocket: Bool { address == Self.localSocket }

    private static let localSocket = "unix"

    /// - Parameter address: nil for a call that comes over no connection.
    public init(address: String?) {
        self.address = address
    }

    public init(source: ApplicationRequestContextSource) {
        let mapped = "::ffff:"
        if case .unixDomainSocket = source.channel.localAddress {
            address = Self.localSocket
        } else {
            address = source.channel.remoteAddress?.ipAddress.map {
                $0.hasPrefix(mapped) ? String($0.dropFirst(mapped.count)) : $0
            }
        }
    }
}
