import AdminAPI
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// The routes of the admin plane for callers in the same process. The console makes all its changes through these
/// routes, so the console can change only what the admin plane can change.
struct AdminDoor: Sendable {
    /// The answer of a route.
    struct Answer: Sendable {
        let status: HTTPResponse.Status
        let body: ByteBuffer

        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try JSONDecoder().decode(type, from: Data(body.readableBytesView))
        }
    }

    private let responder: any HTTPResponder<AdminContext>

    init(_ routes: [AdminRoute], logger: Logger) {
        let router = Router(context: AdminContext.self)
        router.add(middleware: AdminErrors(routes: routes, logger: logger))
        for route in routes { router.on(RouterPath(route.path), method: route.method, use: route.handler) }
        responder = router.buildResponder()
    }

    /// Makes a call and returns its answer. If the route refuses the call, throws ``AdminError`` with the route's
    /// status and sentence.
    ///
    /// - Parameter body: a body that the route reads piece by piece; nil means the body of `call`.
    @discardableResult
    func perform(
        _ call: AdminCall, sending body: RequestBody? = nil, in context: AdminContext
    ) async throws -> Answer {
        try await Self.collected(try await respond(to: call, sending: body, in: context))
    }

    private static func collected(_ response: Response) async throws -> Answer {
        let collected = CollectedBody()
        try await response.body.write(CollectingWriter(collected))
        return Answer(status: response.status, body: collected.bytes)
    }

    /// Makes a call and returns the route's response, whose body may be a stream. If the route refuses the call, throws
    /// ``AdminError`` with the route's status and sentence.
    func respond(
        to call: AdminCall, sending body: RequestBody? = nil, in context: AdminContext
    ) async throws -> Response {
        guard call.isWhole else { throw AdminError.badRequest("a field of the form is empty; fill it in") }
        let head = HTTPRequest(method: call.method, scheme: "http", authority: "localhost", path: call.path)
        let response = try await responder.respond(
            to: Request(head: head, body: body ?? RequestBody(buffer: ByteBuffer(string: call.body ?? ""))),
            context: context)
        guard response.status.kind == .successful else {
            let sentence = try? await Self.collected(response).decode(AdminProblem.self).error
            throw AdminError(status: response.status, sentence: sentence ?? response.status.reasonPhrase)
        }
        return response
    }
}

/// Collects the pieces of a response's body.
private final class CollectedBody: Sendable {
    private let buffer = Mutex(ByteBuffer())

    var bytes: ByteBuffer { buffer.withLock { $0 } }

    func append(_ piece: ByteBuffer) {
        buffer.withLock { _ = $0.writeImmutableBuffer(piece) }
    }
}

private struct CollectingWriter: ResponseBodyWriter {
    private let body: CollectedBody

    init(_ body: CollectedBody) {
        self.body = body
    }

    mutating func write(_ buffer: ByteBuffer) async throws {
        body.append(buffer)
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
