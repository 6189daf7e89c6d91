import Foundation
import NIOSSL
import TaglineServer

/// What HTTPS is served with: the user's certificate, or one of the sandbox's own authority.
struct SandboxCertificate {
    let tls: TLSConfiguration
    /// The certificate of the authority to trust; nil with the user's own certificate.
    let authority: URL?

    init(_ settings: SandboxSettings, directory: DataDirectory) throws {
        if let own = settings.certificate {
            do {
                tls = try .server(certificate: own.chain, key: own.key)
                authority = nil
            } catch {
                throw StartFailure.failed(
                    "\(own.chain.path) and \(own.key.path) are not a certificate chain and its key in PEM: \(error)")
            }
        } else {
            let local: LocalAuthority
            do {
                local = try LocalAuthority(directory: directory.url.appending(path: "tls"), now: Date())
            } catch {
                throw StartFailure.failed(
                    "the certificate for HTTPS cannot be made in \(directory.url.path)/tls: \(error)")
            }
            tls = try .server(certificate: local.certificate, key: local.key)
            authority = local.authorityCertificate
        }
    }
}
