import NIOCore
import NIOSSL
import Synchronization

/// The certificate for new connections.
///
/// The server can replace the certificate while it runs. Open connections keep the certificate with which they began.
public final class CurrentCertificate: Sendable {
    private let context: Mutex<NIOSSLContext>

    /// Uses the certificate and the key of `configuration`.
    ///
    /// Throws if the key does not belong to the certificate.
    public init(_ configuration: TLSConfiguration) throws {
        context = Mutex(try NIOSSLContext(configuration: configuration))
    }

    /// Uses another certificate for new connections.
    ///
    /// Throws if the key does not belong to the certificate. In this case the earlier certificate stays in use.
    public func replace(with configuration: TLSConfiguration) throws {
        let fresh = try NIOSSLContext(configuration: configuration)
        context.withLock { $0 = fresh }
    }

    func handler() -> NIOSSLServerHandler {
        NIOSSLServerHandler(context: context.withLock { $0 })
    }
}
