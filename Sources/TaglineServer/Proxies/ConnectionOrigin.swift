import NIOHTTP1

/// The caller of a connection: the connection's other end or, if the other end is a trusted proxy, the caller that this
/// proxy names.
///
/// Only the connection's event loop may use this object.
final class ConnectionOrigin {
    /// The connection's other end, or the caller that the PROXY header names.
    private(set) var peer: Peer
    /// Whether the server trusts the `X-Forwarded-For` header of this connection's requests.
    private(set) var isProxy: Bool
    private let proxies: TrustedProxies

    init(_ peer: Peer, behind proxies: TrustedProxies) {
        self.peer = peer
        self.proxies = proxies
        isProxy = proxies.contains(peer.address)
    }

    /// The caller that the limit on connections per address counts; nil for a proxy.
    ///
    /// A proxy forwards the requests of many callers, so the limit would end connections of the wrong callers.
    var countedPeer: Peer? { isProxy ? nil : peer }

    /// Whether the connection begins with a header of the PROXY protocol.
    var awaitsProxyHeader: Bool { isProxy && proxies.sendProxyHeader }

    /// Sets the caller's address from the PROXY header.
    func names(_ address: IPAddress) {
        peer = Peer(address: address.text)
        isProxy = proxies.contains(peer.address)
    }

    /// Returns the caller of the request with these `headers`.
    func caller(_ headers: HTTPHeaders) -> Peer {
        guard isProxy, let address = peer.address else { return peer }
        let forwarded = headers["x-forwarded-for"].flatMap {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        return forwarded.isEmpty ? peer : Peer(address: proxies.caller(forwarded, behind: address))
    }
}
