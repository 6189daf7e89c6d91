import NIOCore
import NIOHTTP1

/// A request to the API, arrived in full: calls are small, so none is looked at before its last byte is here.
public struct APIRequest: Sendable {
    /// Such as `POST`.
    let method: HTTPMethod
    let target: RequestTarget
    var headers: HTTPHeaders
    /// One byte more than a call may have, if it had more than that.
    var body: CallBody
    /// The bytes of the body as the head declares them, or as many as have come if those are more.
    let bodyLength: Int

    /// - Parameters:
    ///   - target: path and query.
    ///   - body: what is beyond ``largestBody`` need not be there.
    public init(method: HTTPMethod, target: String, headers: HTTPHeaders = [:], body: ByteBuffer = ByteBuffer()) {
        self.method = method
        self.target = RequestTarget(target)
        self.headers = headers
        self.body = CallBody(buffer: body)
        bodyLength = body.readableBytes
    }

    init(_ head: HTTPRequestHead, body: ByteBuffer) {
        self.init(method: head.method, target: head.uri, headers: head.headers, body: body)
    }

    /// A request of which only the head is there.
    init(_ head: HTTPRequestHead, bodyLength: Int) {
        method = head.method
        target = RequestTarget(head.uri)
        headers = head.headers
        body = CallBody(buffer: ByteBuffer())
        self.bodyLength = bodyLength
    }

    /// Bytes of a body beyond which nothing is kept.
    public static let largestBody = CallBody.largest + 1

    /// The number of bytes that the head declares: 0 if it declares none, and `Int.max` if the number is too large.
    static func declaredLength(_ headers: HTTPHeaders) -> Int {
        headers.first(name: "content-length").map { Int($0) ?? .max } ?? 0
    }

    var host: String { headers.first(name: "host") ?? "" }
    /// Whether the caller sends its body only once it is told to go on.
    var awaitsContinue: Bool { headers.first(name: "expect")?.lowercased() == "100-continue" }
    var origin: String? { headers.first(name: "origin") }
}
