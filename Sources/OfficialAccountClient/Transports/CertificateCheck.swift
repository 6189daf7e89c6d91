package import AsyncHTTPClient
import Foundation
import NIOCore
import NIOSSL
import SwiftASN1
import X509

/// The error for a certificate that is not for the host that the client asked for.
struct CertificateForAnotherName: Error, CustomStringConvertible {
    let description = ConnectionFault.certificateForAnotherName.sentence
}

extension HTTPClient.Configuration {
    /// Makes the client accept only certificates for the host of a URL.
    ///
    /// Changes nothing for a URL without TLS.
    ///
    /// Without this change, NIOSSL also accepts a certificate for the IP address that the socket is connected to. That
    /// address may be a proxy's, or a wrong address to which the host's name resolves.
    ///
    /// A client with this configuration can make TLS connections to that host only.
    package mutating func checkCertificate(for url: String) {
        guard let host = CertificateCheck.host(of: url) else { return }
        #if !canImport(Network)
        // Without this change, NIOSSL compares the certificate with the address of the socket, which may be a proxy's.
        if CertificateNames.isAddress(host) {
            var tls = tlsConfiguration ?? .makeClientConfiguration()
            if tls.certificateVerification == .fullVerification {
                tls.certificateVerification = .noHostnameVerification
            }
            tlsConfiguration = tls
        }
        #endif
        let check: @Sendable (any Channel) -> EventLoopFuture<Void> = { CertificateCheck.check($0, for: host) }
        http1_1ConnectionDebugInitializer = check
        http2ConnectionDebugInitializer = check
    }
}

/// Compares the certificate of a new connection with the host that the client asked for.
enum CertificateCheck {
    /// Returns the host of a URL, without brackets; nil if the URL is not an HTTPS URL.
    static func host(of url: String) -> String? {
        guard let url = URL(string: url), url.scheme?.lowercased() == "https", let host = url.host, !host.isEmpty
        else { return nil }
        return host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    /// If the certificate is not for `host`, closes the connection and then makes the returned future fail.
    ///
    /// The HTTP client sends its request only after this check.
    static func check(_ channel: any Channel, for host: String) -> EventLoopFuture<Void> {
        #if canImport(Network)
        // Network.framework compares the name by itself, and has no handler of NIOSSL.
        if (try? channel.pipeline.syncOperations.handler(type: NIOSSLHandler.self)) == nil {
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        #endif
        return channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
            guard let certificate, let names = try? CertificateNames(of: certificate), names.include(host) else {
                throw CertificateForAnotherName()
            }
        }.flatMapError { error in
            // The HTTP client's pool must see the closed connection before the failure. Otherwise the pool would try
            // to connect again immediately.
            channel.close(mode: .all, promise: nil)
            return channel.closeFuture.flatMap { channel.eventLoop.makeFailedFuture(error) }
        }
    }
}

extension CertificateNames {
    /// Reads the names of a certificate.
    ///
    /// Throws if the certificate or its names cannot be read.
    init(of certificate: NIOSSLCertificate) throws {
        let own = try Certificate(derEncoded: try certificate.toDERBytes())
        guard let names = try own.extensions.subjectAlternativeNames else {
            self.init()
            return
        }
        var hosts: [String] = []
        var addresses: [[UInt8]] = []
        for name in names {
            switch name {
            case .dnsName(let host): hosts.append(host)
            case .ipAddress(let address): addresses.append(Array(address.bytes))
            default: break
            }
        }
        self.init(hosts: hosts, addresses: addresses)
    }
}
