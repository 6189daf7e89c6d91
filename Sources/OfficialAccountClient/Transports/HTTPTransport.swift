import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import OfficialAccount

/// Sends calls over HTTP or HTTPS.
public struct HTTPTransport: Transport {
    /// WeChat itself.
    public static let weChat = "https://api.weixin.qq.com"

    /// Bytes of the largest answer that is read; a page of 10,000 openids has 310,000.
    private static let largestAnswer = 16 << 20

    /// How connections are made unless another client is given: as many at once as calls are under way, each tried once, because whoever calls
    /// decides whether to try again.
    ///
    /// - Parameter timeout: seconds of silence after which a connection is given up.
    public static func configuration(timeout: Int64 = 30) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        // Wherever a redirect leads, the secret and the tokens are none of its business.
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        // Some proxies compress what they pass on, asked or not.
        configuration.decompression = .enabled(limit: .size(largestAnswer))
        configuration.timeout.connect = .seconds(10)
        configuration.timeout.read = .seconds(timeout)
        return configuration
    }

    /// What connections are made with unless another is given. It lives as long as the process.
    public static let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration())

    private let base: String
    private let client: HTTPClient
    private let timeout: TimeAmount

    /// - Parameters:
    ///   - baseURL: scheme and host, and a port if it is not the usual one: `https://api.weixin.qq.com`.
    ///   - client: what connections are made with; it is not shut down here. One of your own is best made with ``configuration(timeout:)``.
    ///   - timeout: seconds until the answer must begin, and until it must then be there.
    public init(baseURL: String = HTTPTransport.weChat, client: HTTPClient = HTTPTransport.client, timeout: Int64 = 30)
    {
        base = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        self.client = client
        self.timeout = .seconds(timeout)
    }

    public func send(_ call: OutgoingCall) async throws(TransportFailure) -> [UInt8] {
        var request = HTTPClientRequest(url: base + call.target)
        request.method = call.endpoint.method == .post ? .POST : .GET
        if call.endpoint.method == .post {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: call.body))
        }
        do {
            let response = try await client.execute(request, timeout: timeout)
            let body = try await collect(response.body)
            guard response.status == .ok else {
                throw TransportFailure("the server answered HTTP \(response.status.code)", mayHaveBeenApplied: true)
            }
            return Array(body.readableBytesView)
        } catch let failure as TransportFailure {
            throw failure
        } catch is CancellationError {
            throw TransportFailure("the call was cancelled", mayHaveBeenApplied: true)
        } catch {
            throw Self.failure(error)
        }
    }

    /// The whole body, or `HTTPClientError.deadlineExceeded`.
    ///
    /// The client keeps an eye on the clock up to the head. From there its read timeout ends a silence, and this a body that only trickles.
    private func collect(_ body: HTTPClientResponse.Body) async throws -> ByteBuffer {
        let deadline = NIODeadline.now() + timeout
        var whole = ByteBuffer()
        for try await part in body {
            guard NIODeadline.now() < deadline, whole.readableBytes + part.readableBytes <= Self.largestAnswer else {
                throw HTTPClientError.deadlineExceeded
            }
            whole.writeImmutableBuffer(part)
        }
        return whole
    }

    private static func failure(_ error: any Error) -> TransportFailure {
        let cause = ConnectionFault(error)
        return TransportFailure(cause.sentence, mayHaveBeenApplied: cause.mayHaveBeenSent)
    }
}
