import NIOCore
import NIOHTTP1

/// A request to the API that has arrived in full.
///
/// Calls are small, so the server handles a call only when its last byte has arrived.
public struct APIRequest: Sendable {
    /// The method, such as `POST`.
    let method: HTTPMethod
    let target: RequestTarget
    var headers: HTTPHeaders
    /// The body. If the body is larger than the limit for calls, this property holds only the first bytes: one more
    /// than the limit.
    var body: CallBody
    /// The length of the body in bytes. While a part of the body is missing, this is the length that the head declares.
    /// In the end it is the length of the whole body, or one more than the limit for calls if the body is too long.
    let bodyLength: Int

    /// - Parameters:
    ///   - target: path and query.
    ///   - body: the body; bytes beyond ``largestBody`` can be missing.
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

    /// Makes a request from its head, before its body has arrived.
    init(_ head: HTTPRequestHead, bodyLength: Int) {
        method = head.method
        target = RequestTarget(head.uri)
        headers = head.headers
        body = CallBody(buffer: ByteBuffer())
        self.bodyLength = bodyLength
    }

    /// The most bytes of a body that the server keeps.
    public static let largestBody = CallBody.largest + 1

    var host: String { String((headers.first(name: "host") ?? "").withoutOuterBlanks) }
}
