import Foundation
import NIOCore
import NIOSSL

extension TLSConfiguration {
    /// The server side of HTTPS with this certificate chain and key, both PEM: TLS 1.2 and up.
    public static func server(certificate: URL, key: URL) throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMFile(certificate.path).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(file: key.path, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        // A client that does not say goodbye is not waited for longer than this at shutdown.
        configuration.shutdownTimeout = .seconds(1)
        return configuration
    }
}
