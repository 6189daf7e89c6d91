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
        // Those of TLS 1.2 that encrypt and authenticate in one, with a key of their own for each connection. 1.3 has
        // no others.
        configuration.cipherSuiteValues = [
            .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        ]
        // A client that does not say goodbye is not waited for longer than this at shutdown.
        configuration.shutdownTimeout = .seconds(1)
        return configuration
    }
}
