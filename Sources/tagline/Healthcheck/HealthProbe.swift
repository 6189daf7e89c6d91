import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import OfficialAccountClient

/// Checks the state of a server with one GET request on a new connection.
enum HealthProbe {
    /// Returns the status of the answer. Throws the reason why no answer came in time.
    static func status(
        of address: TypedAddress, _ path: String, within time: TimeAmount
    ) async throws(ConnectionFault) -> Int {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.redirectConfiguration = .disallow
        configuration.checkCertificate(for: address.url)
        do {
            return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
                let response = try await client.execute(HTTPClientRequest(url: address.url + path), timeout: time)
                return Int(response.status.code)
            }
        } catch {
            throw ConnectionFault(error)
        }
    }
}
