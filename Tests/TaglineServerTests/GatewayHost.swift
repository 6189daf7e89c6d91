import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

@testable import TaglineServer

/// Connects the router of Hummingbird's tests to the gateway without HTTP.
struct GatewayHost: HTTPResponder {
    struct Context: InitializableFromSource, Sendable {
        init(source: ApplicationRequestContextSource) {}
    }

    let gateway: Gateway

    func respond(to request: Request, context: Context) async throws -> Response {
        var headers = HTTPHeaders(request.headers.map { ($0.name.rawName, $0.value) })
        if let host = request.head.authority { headers.add(name: "host", value: host) }
        let response = await gateway.respond(
            to: APIRequest(
                method: HTTPMethod(rawValue: request.method.rawValue), target: request.uri.string, headers: headers,
                body: try await request.body.collect(upTo: .max)),
            from: Peer(address: nil))
        var fields = HTTPFields()
        for (name, value) in response.headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        return Response(
            status: .init(code: Int(response.status.code)), headers: fields,
            body: ResponseBody(byteBuffer: request.method == .head ? ByteBuffer() : response.body))
    }
}
