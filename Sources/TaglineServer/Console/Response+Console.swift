import HTTPTypes
import Hummingbird
import NIOCore

// The responses of the console. Browsers do not cache these responses.
extension Response {
    static func page(_ html: String, status: HTTPResponse.Status = .ok) -> Response {
        var headers = ConsoleAssets.guards
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    /// Makes a response that redirects the browser to the page at `path`.
    static func leading(to path: String) -> Response {
        var headers = ConsoleAssets.guards
        headers[.location] = path
        headers[.cacheControl] = "no-store"
        return Response(status: .seeOther, headers: headers)
    }
}
