import AdminAPI
import NIOCore
import NIOHTTP1

/// The answer to input that a streaming listener refuses before any handler sees the whole input.
struct RefusedAnswer {
    let head: HTTPResponseHead
    let body: ByteBuffer

    init(_ status: HTTPResponseStatus) {
        body = ByteBuffer(string: EncodedJSON.text(AdminProblem(error: Self.sentence(status))) + "\n")
        head = HTTPResponseHead(
            version: .http1_1, status: status,
            headers: [
                "content-type": "application/json", "content-length": "\(body.readableBytes)", "connection": "close",
            ])
    }

    private static func sentence(_ status: HTTPResponseStatus) -> String {
        switch status {
        case .requestTimeout: "the request did not arrive in time; send it again"
        case .serviceUnavailable: "too many requests are arriving at the same time; send this one again later"
        default: "the input is not a well-formed request of HTTP/1.1"
        }
    }
}
