import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// One open port or Unix socket, and the responder that answers its requests.
public struct Listener: Service {
    /// The purpose of a listener, which is also the key under which the server announces the listener's address.
    public enum Purpose: String, Sendable, CaseIterable {
        case http, https, admin, cloud
        /// The cloud gateway on a Unix socket.
        case cloudSocket = "cloud_socket"
    }

    /// Limits on the resources that a peer may use.
    public struct Bounds: Sendable {
        /// How long a connection may be silent between requests.
        public var idle = TimeAmount.seconds(120)
        /// How long a TLS handshake may take, and how long a request may take to arrive.
        public var arrival = TimeAmount.seconds(30)
        /// How long the server discards further input after the last answer, before it closes the connection.
        public var lingering = TimeAmount.seconds(2)
        /// How long the server may take for one whole answer that it sends in pieces, as a fault rule asks.
        public var delivery = TimeAmount.seconds(300)
        /// The most bytes of all header fields together.
        public var headerBytes = 32 * 1024
        public var headerFields = 100
        /// The bytes of answers that may wait until the system takes them.
        ///
        /// Above the high mark the server stops reading from the connection. Below the low mark it reads again.
        public var unsent = ChannelOptions.Types.WriteBufferWaterMark(low: 64 * 1024, high: 256 * 1024)
        /// The size in bytes of the kernel's send buffer of a connection.
        ///
        /// Without this limit, Linux keeps up to 4 MB of answers that a caller does not read.
        public var sendBuffer = 128 * 1024
        /// The size in bytes of the kernel's receive buffer of a connection.
        ///
        /// Without this limit, Linux keeps up to 32 MB of input that the server does not read yet.
        public var receiveBuffer = 256 * 1024
        /// The most bytes of one read.
        ///
        /// The parser handles the bytes of a read together. If a caller sends a request before the answer to its
        /// previous request, this limit also applies to the bytes that wait for that answer. The limit also keeps one
        /// connection from delaying the other connections of its event loop for long. A call with 50 openids takes half
        /// of this limit.
        public var largestRead = 4 * 1024
        /// The most bytes of one read of a stream of lines.
        ///
        /// This limit is larger, because imports are long and come from the owner of the server.
        public var largestReadOfLines = 64 * 1024

        public init() {}

        var parser: NIOHTTPDecoderLimitConfiguration {
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = headerBytes
            limits.maxHeaderListSize = headerBytes
            limits.maxHeaderFieldCount = headerFields
            return limits
        }

        /// Returns an allocator for reads of at most `most` bytes.
        func readBuffer(upTo most: Int) -> any RecvByteBufferAllocator {
            AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: min(4096, most), maximum: most)
        }
    }

    /// The event loop of all listeners that stream. This event loop has a thread of its own. So no call of the API
    /// waits while the admin plane handles long imports, pages that are open in a browser, or requests with a wrong
    /// token. The event loop exists as long as the process.
    private static let streamingLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    public let purpose: Purpose
    private let run: @Sendable () async throws -> Void
    private let address: String

    /// Creates a listener for the API.
    ///
    /// - Parameters:
    ///   - port: the port; 0 for any that is free.
    ///   - socket: the path of a Unix socket to listen on, instead of `host` and `port`.
    ///   - certificate: the certificate for HTTPS; nil for plain HTTP.
    ///   - proxies: the proxies that the listener trusts to name the caller's address.
    ///   - connections: the table that limits the connections of the listener.
    ///   - heldBytes: the counter of the bytes that all connections hold in memory; all listeners of a server share
    ///     this counter.
    ///   - opened: called with the purpose and the port when the listener is open.
    public init(
        _ purpose: Purpose, host: String = "", port: Int = 0, socket: String? = nil,
        certificate: CurrentCertificate? = nil, proxies: TrustedProxies = .none, bounds: Bounds = Bounds(),
        connections: ConnectionTable, heldBytes: HeldBytes, responder: some APIResponder,
        logger: Logger, opened: @escaping @Sendable (Purpose, Int) -> Void
    ) {
        let channel = APIChannel(
            responder: responder, bounds: bounds, connections: connections, heldBytes: heldBytes,
            certificate: certificate, proxies: proxies)
        let configuration = ServerConfiguration(
            address: socket.map { .unixDomainSocket(path: $0) } ?? .hostname(host, port: port), backlog: 4096)
        let server = channel.server(
            configuration: configuration, onServerRunning: { opened(purpose, $0.localAddress?.port ?? port) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
        // A new connection wakes no other thread.
        let executor = EventLoopExecutor(MultiThreadedEventLoopGroup.singleton.any())
        self.init(purpose, address: socket ?? Self.address(host, port)) {
            try await withTaskExecutorPreference(executor) { try await server.run() }
        }
    }

    /// Creates a listener that streams requests and answers of any length.
    ///
    /// - Parameters:
    ///   - port: the port; 0 for any that is free.
    ///   - connections: the table that limits the connections of the listener.
    ///   - heldBytes: the counter of the bytes that all connections hold in memory; all listeners of a server share
    ///     this counter.
    ///   - takesLines: whether a request's body is a stream of lines. The time for such a body has no limit while the
    ///     body makes progress.
    ///   - isTrusted: whether `connections` must keep the connection of a request open while the server answers the
    ///     request.
    ///   - opened: called with the purpose and the port when the listener is open.
    public init<Responder: HTTPResponder>(
        _ purpose: Purpose, host: String, port: Int, bounds: Bounds = Bounds(), connections: ConnectionTable,
        heldBytes: HeldBytes, streaming responder: Responder, takesLines: @escaping @Sendable (HTTPRequest) -> Bool,
        isTrusted: @escaping @Sendable (HTTPRequest) -> Bool, logger: Logger,
        opened: @escaping @Sendable (Purpose, Int) -> Void
    ) where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        let application = Application(
            responder: responder,
            server: HTTPServerBuilder {
                StreamingChannel(
                    responder: $0, bounds: bounds, connections: connections, heldBytes: heldBytes,
                    rules: StreamedRequests.Rules(takesLines: takesLines, isTrusted: isTrusted))
            },
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), backlog: 4096),
            onServerRunning: { opened(purpose, $0.localAddress?.port ?? port) },
            eventLoopGroupProvider: .shared(Self.streamingLoop),
            logger: logger)
        self.init(purpose, address: Self.address(host, port)) { try await application.run() }
    }

    private init(_ purpose: Purpose, address: String, run: @escaping @Sendable () async throws -> Void) {
        self.purpose = purpose
        self.address = address
        self.run = run
    }

    private static func address(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    public func run() async throws {
        do {
            try await run()
        } catch let error as IOError {
            throw ListenerError.cannotOpen(address: address, purpose: purpose, errorNumber: error.errnoCode)
        } catch is SocketAddressError {
            throw ListenerError.badAddress(address: address)
        } catch is SocketAddressError.UnknownHost {
            throw ListenerError.badAddress(address: address)
        }
    }
}

/// The reason why a listener is not open.
///
/// The description is one line for a person.
public enum ListenerError: Error, Sendable, CustomStringConvertible {
    case cannotOpen(address: String, purpose: Listener.Purpose, errorNumber: Int32)
    case badAddress(address: String)

    public var description: String {
        switch self {
        case .cannotOpen(let address, .cloudSocket, let number):
            "cannot listen on \(address): \(String(cString: strerror(number))); choose another path with --cloud-socket"
        case .cannotOpen(let address, let purpose, let number) where number == EADDRINUSE:
            "\(address) is in use; choose another port with --\(purpose)-port, or 0 for any that is free"
        case .cannotOpen(let address, _, let number):
            "cannot listen on \(address): \(String(cString: strerror(number)))"
        case .badAddress(let address):
            "\(address) is not an address of this machine"
        }
    }
}
