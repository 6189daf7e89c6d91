public import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import OfficialAccount
import Synchronization

/// Sends calls over HTTP or HTTPS.
public struct HTTPTransport: Transport {
    /// The address of WeChat's API.
    public static let weChat = "https://api.weixin.qq.com"

    /// The most bytes of an answer that the transport reads.
    ///
    /// A page of 10,000 openids has 310,000 bytes.
    private static let largestAnswer = 16 << 20

    /// Returns the configuration of ``client(for:)``, which you can change and use for a client of your own.
    ///
    /// A client with this configuration tries each connection once, because the SDK decides what to retry. It follows
    /// no redirect, because a redirect could send secrets to another host. It opens up to 256 connections to a host at
    /// the same time. Over HTTPS it calls only the host of `baseURL`, because it compares each certificate with the
    /// name of that host.
    ///
    /// - Parameters:
    ///   - baseURL: the server's scheme and host, as for ``init(baseURL:client:timeout:)``.
    ///   - timeout: the seconds without data after which the client closes a connection.
    /// - Returns: the configuration, which allows 10 seconds to connect.
    public static func configuration(for baseURL: String, timeout: Int64 = 30) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        // A redirect must not send the secret or the tokens to another host.
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        // Some proxies compress the answers that they pass on, even if the client did not ask for compression.
        configuration.decompression = .enabled(limit: .size(largestAnswer))
        configuration.timeout.connect = .seconds(10)
        configuration.timeout.read = .seconds(timeout)
        configuration.checkCertificate(for: baseURL)
        return configuration
    }

    /// The clients of ``client(for:)``.
    ///
    /// The key of a client is the host whose certificate the client checks, or nil for plain HTTP.
    private static let clients = Mutex<[String?: HTTPClient]>([:])

    /// Returns the HTTP client that the transports to a host share if they have no client of their own.
    ///
    /// All hosts of plain HTTP share one client. A client exists until the process ends.
    ///
    /// - Parameter baseURL: the server's scheme and host, as for ``init(baseURL:client:timeout:)``.
    /// - Returns: the client. Do not shut it down.
    public static func client(for baseURL: String) -> HTTPClient {
        clients.withLock { clients in
            let host = CertificateCheck.host(of: baseURL)?.lowercased()
            if let client = clients[host] { return client }
            let client = HTTPClient(
                eventLoopGroupProvider: .singleton, configuration: configuration(for: baseURL))
            clients[host] = client
            return client
        }
    }

    private let base: String
    private let client: HTTPClient
    private let timeout: TimeAmount

    /// Creates a transport to a server.
    ///
    /// The initialiser makes no connection.
    ///
    /// - Parameters:
    ///   - baseURL: the server's scheme and host, with a port if it is not the usual one: `http://127.0.0.1:8080`.
    ///   - client: makes the connections. If it is nil, the transport uses ``client(for:)``. You must shut down a
    ///     client of your own. Create it with ``configuration(for:timeout:)``, so that it checks the names of
    ///     certificates.
    ///   - timeout: the most seconds until the answer begins, and then the most seconds until it is complete.
    public init(baseURL: String = HTTPTransport.weChat, client: HTTPClient? = nil, timeout: Int64 = 30) {
        base = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        self.client = client ?? Self.client(for: baseURL)
        self.timeout = .seconds(timeout)
    }

    /// Sends the call once over HTTP or HTTPS.
    ///
    /// - Parameter call: the call, with the token in its query.
    /// - Returns: the body of the answer, up to 16 MiB.
    /// - Throws: ``TransportFailure`` if there is no connection, no answer in time, or a status other than 200.
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
            throw failure(error)
        }
    }

    /// Returns the whole body.
    ///
    /// Throws `HTTPClientError.deadlineExceeded` if the body takes too long or is too large.
    ///
    /// The timeout of `execute` covers the time up to the head of the answer. After the head, the client's read timeout
    /// ends a connection without data, and this function ends a body that takes too long.
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

    private func failure(_ error: any Error) -> TransportFailure {
        let cause = ConnectionFault(error)
        return TransportFailure(cause.sentence(to: base), mayHaveBeenApplied: cause.mayHaveBeenSent)
    }
}
