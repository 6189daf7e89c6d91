import NIOCore
import NIOSSL
import Synchronization

/// The certificate for new connections. It can be replaced while the server runs. Open connections keep the certificate
/// with which they began.
public final class CurrentCertificate: Sendable {
    private let context: Mutex<NIOSSLContext>

    /// Throws if the key does not belong to the certificate.
    public init(_ configuration: TLSConfiguration) throws {
        context = Mutex(try NIOSSLContext(configuration: configuration))
    }

    /// Uses another certificate for new connections. Throws as ``init(_:)`` does, and then changes nothing.
    public func replace(with configuration: TLSConfiguration) throws {
        let fresh = try NIOSSLContext(configuration: configuration)
        context.withLock { $0 = fresh }
    }

    func handler() -> NIOSSLServerHandler {
        NIOSSLServerHandler(context: context.withLock { $0 })
    }
}
