import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Checks the state of a server with one GET request on a new connection.
enum HealthProbe {
    /// Returns the status of the answer; nil if no answer came in time, for any reason.
    static func status(of address: TypedAddress, _ path: String, within time: TimeAmount) async -> Int? {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.redirectConfiguration = .disallow
        return try? await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let response = try await client.execute(HTTPClientRequest(url: address.url + path), timeout: time)
            return Int(response.status.code)
        }
    }
}
