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
