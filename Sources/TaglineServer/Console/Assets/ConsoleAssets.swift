import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import TagStore

/// A file that the console's pages load. It is part of the binary.
struct ConsoleAssets: Sendable {
    let path: String
    private let mediaType: String
    private let text: String

    static let all = [
        ConsoleAssets(path: "/console/assets/style.css", mediaType: "text/css; charset=utf-8", text: StyleSheet.text),
        ConsoleAssets(path: "/console/assets/htmx.js", mediaType: "text/javascript; charset=utf-8", text: HTMX.core),
        ConsoleAssets(path: "/console/assets/sse.js", mediaType: "text/javascript; charset=utf-8", text: HTMX.events),
        ConsoleAssets(
            path: "/console/assets/keys.js", mediaType: "text/javascript; charset=utf-8", text: KeyScript.text),
        ConsoleAssets(path: "/console/assets/icon.svg", mediaType: "image/svg+xml", text: icon),
    ]

    /// A version that changes when any of the files changes, so that browsers may cache the files for a long time.
    static let version: String = {
        var hash = SHA256()
        for asset in all { hash.update(data: Data(asset.text.utf8)) }
        return Hexadecimal.text(Array(hash.finalize()).prefix(6))
    }()

    /// The headers that forbid a page to load files from other servers, and to send data to other servers.
    static let guards: HTTPFields = {
        var headers = HTTPFields()
        headers[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        headers[.xContentTypeOptions] = "nosniff"
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "same-origin" }
        if let name = HTTPField.Name("Cross-Origin-Opener-Policy") { headers[name] = "same-origin" }
        return headers
    }()

    var response: Response {
        var headers = Self.guards
        headers[.contentType] = mediaType
        headers[.cacheControl] = "public, max-age=31536000, immutable"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#07804a" d="M2 2h6.5L15 8.500 8.500 15 2 8.500z"/><circle cx="5.300" cy="5.300" r="1.300" fill="#fff"/></svg>
        """
}
