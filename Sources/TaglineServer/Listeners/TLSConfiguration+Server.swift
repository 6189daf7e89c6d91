import NIOCore
import NIOSSL

extension TLSConfiguration {
    /// Returns the configuration of an HTTPS server with this certificate chain and key, both in PEM.
    ///
    /// The configuration allows TLS 1.2 and later.
    public static func server(certificate: [UInt8], key: [UInt8]) throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMBytes(certificate).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(bytes: key, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        // The TLS 1.2 cipher suites with authenticated encryption and forward secrecy. TLS 1.3 has only such suites.
        configuration.cipherSuiteValues = [
            .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        ]
        // How long the server waits at shutdown for a client that does not close its side.
        configuration.shutdownTimeout = .seconds(1)
        return configuration
    }
}
