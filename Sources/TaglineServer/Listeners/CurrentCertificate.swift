import NIOCore
import NIOSSL
import Synchronization

/// The certificate with which connections begin. It can be replaced while the server runs: those that are open go on with theirs.
public final class CurrentCertificate: Sendable {
    private let context: Mutex<NIOSSLContext>

    /// Throws if the key does not belong to the certificate.
    public init(_ configuration: TLSConfiguration) throws {
        context = Mutex(try NIOSSLContext(configuration: configuration))
    }

    /// Has every connection from now on begin with another certificate. Throws as ``init(_:)`` does, and changes nothing then.
    public func replace(with configuration: TLSConfiguration) throws {
        let fresh = try NIOSSLContext(configuration: configuration)
        context.withLock { $0 = fresh }
    }

    func handler() -> NIOSSLServerHandler {
        NIOSSLServerHandler(context: context.withLock { $0 })
    }
}
