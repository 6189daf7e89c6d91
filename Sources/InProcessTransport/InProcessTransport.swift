import NIOCore
import NIOHTTP1
import OfficialAccount
import OfficialAccountClient
import TaglineServer

/// Sends calls directly to a gateway in the same process. The server and the client run all their code except the code
/// for sockets.
public struct InProcessTransport: Transport {
    private let gateway: Gateway

    public init(_ gateway: Gateway) {
        self.gateway = gateway
    }

    public func send(_ call: OutgoingCall) async throws(TransportFailure) -> [UInt8] {
        let request = APIRequest(
            method: call.endpoint.method == .post ? .POST : .GET, target: call.target,
            body: ByteBuffer(bytes: call.body))
        let response = await gateway.respond(to: request, from: Peer(address: nil))
        if response.isCut { throw TransportFailure("the answer was cut off by a fault", mayHaveBeenApplied: true) }
        return Array(response.body.readableBytesView)
    }
}
