import HTTPTypes
import Hummingbird
import NIOCore
import OfficialAccount
import OfficialAccountClient
import Synchronization
import TaglineServer

/// Carries calls straight to a gateway in the same process: the whole of the server but its sockets, under the whole of the client but its own.
public struct InProcessTransport: Transport {
    private let gateway: Gateway

    public init(_ gateway: Gateway) {
        self.gateway = gateway
    }

    public func send(_ call: APICall) async throws(TransportFailure) -> [UInt8] {
        let head = HTTPRequest(
            method: call.endpoint.method == .post ? .post : .get, scheme: "http", authority: "in.process",
            path: call.target)
        let body = RequestBody(buffer: ByteBuffer(bytes: call.body))
        let collector = Collector()
        do {
            let response = try await gateway.respond(
                to: Request(head: head, body: body), context: GatewayContext(address: nil))
            try await response.body.write(collector)
        } catch {
            throw TransportFailure("the gateway broke off", mayHaveBeenApplied: true)
        }
        return collector.bytes
    }

    /// Gathers the parts of an answer.
    private final class Collector: ResponseBodyWriter {
        private let buffer = Mutex<[UInt8]>([])

        var bytes: [UInt8] { buffer.withLock { $0 } }

        func write(_ part: ByteBuffer) async throws {
            buffer.withLock { $0 += part.readableBytesView }
        }

        func finish(_ trailers: HTTPFields?) async throws {}
    }
}
