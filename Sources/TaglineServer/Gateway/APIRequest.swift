import NIOCore
import NIOHTTP1

/// A request to the API, arrived in full: calls are small, so none is looked at before its last byte is here.
public struct APIRequest: Sendable {
    /// Such as `POST`.
    let method: HTTPMethod
    let target: RequestTarget
    let headers: HTTPHeaders
    /// One byte more than a call may have, if it had more than that.
    let body: CallBody

    /// - Parameters:
    ///   - target: path and query.
    ///   - body: what is beyond ``largestBody`` need not be there.
    public init(method: HTTPMethod, target: String, headers: HTTPHeaders = [:], body: ByteBuffer = ByteBuffer()) {
        self.method = method
        self.target = RequestTarget(target)
        self.headers = headers
        self.body = CallBody(buffer: body)
    }

    /// Bytes of a body beyond which nothing is kept.
    public static let largestBody = CallBody.largest + 1

    var host: String { headers.first(name: "host") ?? "" }
    var origin: String? { headers.first(name: "origin") }
}

/// Where a request comes from.
public struct Peer: Sendable {
    /// The other end's address as text: an IPv4 one as such, also where the listener speaks IPv6; `unix` over a Unix socket; nil in process.
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

/// What answers requests to the API.
public protocol APIResponder: Sendable {
    func respond(to request: APIRequest, from peer: Peer) async -> APIResponse
}
