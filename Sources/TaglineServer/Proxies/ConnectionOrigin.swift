import NIOHTTP1

/// Who calls over a connection: its other end, or whom a trusted proxy there names.
///
/// It belongs to the connection's event loop.
final class ConnectionOrigin {
    /// The connection's other end, or the caller that the PROXY header names.
    private(set) var peer: Peer
    /// Whether `X-Forwarded-For` is believed here.
    private(set) var isProxy: Bool
    private let proxies: TrustedProxies

    init(_ peer: Peer, behind proxies: TrustedProxies) {
        self.peer = peer
        self.proxies = proxies
        isProxy = proxies.contains(peer.address)
    }

    /// Whether the connection begins with a header of the PROXY protocol.
    var awaitsProxyHeader: Bool { isProxy && proxies.sendProxyHeader }

    /// Takes the caller's address from the PROXY header.
    func names(_ address: IPAddress) {
        peer = Peer(address: address.text)
        isProxy = proxies.contains(peer.address)
    }

    /// Who sends the request with these `headers`.
    func caller(_ headers: HTTPHeaders) -> Peer {
        guard isProxy, let address = peer.address else { return peer }
        let forwarded = headers["x-forwarded-for"].flatMap {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        return forwarded.isEmpty ? peer : Peer(address: proxies.caller(forwarded, behind: address))
    }
}
