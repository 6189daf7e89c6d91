import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import OfficialAccountClient

/// Posts tickets and events to third-party platforms.
enum EventPost {
    private static let longestAnswer = 1024

    /// A configuration that follows no redirect. With a redirect, the receiver could make this machine send a request
    /// to any host, even to a host that only this machine reaches.
    private static let configuration: HTTPClient.Configuration = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.redirectConfiguration = .disallow
        return configuration
    }()

    private static let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)

    /// The receiver answered with a redirect, which ``EventPost`` does not follow.
    struct Redirected: Error, CustomStringConvertible {
        let status: HTTPResponseStatus

        var description: String {
            "the event address answers \(status.code), a redirect; redirects are not followed, so set the final address"
        }
    }

    /// The receiver did not answer in time, or it did not end its answer in time.
    struct TooSlow: Error, CustomStringConvertible {
        let limit: Duration

        var description: String {
            "the event address gave no whole answer within \(limit.components.seconds) seconds; answer success first, and work afterwards"
        }
    }

    /// Posts XML and returns the body of the answer; an empty text if the status is not 200.
    ///
    /// Throws ``Redirected`` for a redirect, ``TooSlow`` if `limit` has passed, and another error if the connection
    /// fails.
    ///
    /// - Parameter limit: the time for the whole exchange, from the connection to the end of the answer.
    static func send(_ url: String, _ body: String, within limit: Duration = .seconds(5)) async throws -> String {
        try await withThrowingTaskGroup { group in
            group.addTask { try await exchange(url, body, within: limit) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw TooSlow(limit: limit)
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw TooSlow(limit: limit) }
            return answer
        }
    }

    private static func exchange(
        _ url: String, _ body: String, within limit: Duration
    ) async throws -> String {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "text/xml")
        request.body = .bytes(ByteBuffer(string: body))
        guard url.lowercased().hasPrefix("https:") else { return try await post(request, with: client, limit) }
        // After `checkCertificate(for:)`, a client accepts the certificate of one host only, so each call over HTTPS
        // needs a new client.
        var configuration = Self.configuration
        configuration.checkCertificate(for: url)
        return try await HTTPClient.withHTTPClient(configuration: configuration) {
            try await post(request, with: $0, limit)
        }
    }

    private static func post(
        _ request: HTTPClientRequest, with client: HTTPClient, _ limit: Duration
    ) async throws -> String {
        // The caller ends the exchange after `limit`, so this time must be longer.
        let response = try await client.execute(request, timeout: TimeAmount(limit * 2))
        if 300..<400 ~= response.status.code { throw Redirected(status: response.status) }
        guard response.status == .ok else { return "" }
        return String(buffer: try await response.body.collect(upTo: longestAnswer))
    }
}
