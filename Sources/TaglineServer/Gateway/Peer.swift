import NIOCore

/// Identifies the caller of a request by the address of the connection.
public struct Peer: Sendable {
    /// The caller's address as text; `unix` over a Unix socket, and nil for a call within the process. An IPv4 address
    /// has a form such as `127.0.0.1` on an IPv6 listener too.
    let address: String?

    var isLocalSocket: Bool { address == Self.localSocket }

    private static let localSocket = "unix"

    /// - Parameter address: nil for a call within the process.
    public init(address: String?) {
        self.address = address
    }

    init(_ channel: any Channel) {
        if case .unixDomainSocket = channel.localAddress {
            address = Self.localSocket
        } else {
            address = channel.remoteAddress?.ipAddress.map(IPAddress.callerText)
        }
    }
}
