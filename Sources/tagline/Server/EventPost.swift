import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Posts what a platform is to be told.
enum EventPost {
    private static let longestAnswer = 1024

    /// A redirect would have the envelope, or a request, sent to wherever the receiver says: to hosts that only this
    /// machine reaches, for one.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// The receiver answered with another address, which is not followed.
    struct Redirected: Error, CustomStringConvertible {
        let status: HTTPResponseStatus

        var description: String {
            "the event address answers \(status.code), a redirect; redirects are not followed, so set the final address"
        }
    }

    /// Posts XML and returns the answer. Throws what is wrong with the connection, ``Redirected``, or if five seconds
    /// are over.
    static func send(_ url: String, _ body: String) async throws -> String {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "text/xml")
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await client.execute(request, timeout: .seconds(5))
        if 300..<400 ~= response.status.code { throw Redirected(status: response.status) }
        guard response.status == .ok else { return "" }
        return String(buffer: try await response.body.collect(upTo: longestAnswer))
    }
}
