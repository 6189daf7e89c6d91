import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Asks a server how it is: one GET over a connection of its own.
enum HealthProbe {
    /// Returns the status of the answer; nil if none came in time, for whatever reason.
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
