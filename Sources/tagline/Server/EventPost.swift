import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Sends pushes to platforms.
enum EventPost {
    private static let longestAnswer = 1024

    /// Posts XML and returns the answer. Throws what is wrong with the connection, or if five seconds are over.
    static func send(_ url: String, _ body: String) async throws -> String {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "text/xml")
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(5))
        guard response.status == .ok else { return "" }
        return String(buffer: try await response.body.collect(upTo: longestAnswer))
    }
}
