import Foundation
import NIOSSL
import TaglineServer

/// What HTTPS is served with: the user's certificate, or one of the sandbox's own authority.
struct ServerCertificate {
    let tls: TLSConfiguration
    /// The certificate of the authority to trust; nil with the user's own certificate.
    let authority: URL?

    /// The user's own certificate.
    init(chain: URL, key: URL) throws {
        for file in [chain, key] where !FileManager.default.isReadableFile(atPath: file.path) {
            throw StartFailure.failed("\(file.path) cannot be read; --tls-cert and --tls-key name files in PEM")
        }
        authority = nil
        do {
            tls = try .server(certificate: chain, key: key)
            // Only when it is put to use does it show whether the key belongs to the certificate.
            _ = try NIOSSLContext(configuration: tls)
        } catch {
            throw StartFailure.failed(
                "\(chain.path) and \(key.path) are not a certificate chain and the key that belongs to it, in PEM")
        }
    }

    /// A certificate of the authority that the directory holds, or will hold.
    ///
    /// - Parameter hosts: the host names for the certificate, besides the sandbox's usual ones.
    init(localIn directory: DataDirectory, for hosts: [String]) throws {
        let local: LocalAuthority
        do {
            local = try LocalAuthority(directory: directory.url.appending(path: "tls"), now: Date(), others: hosts)
        } catch {
            throw StartFailure.failed(
                "the certificate for HTTPS cannot be made in \(directory.url.path)/tls: \(error)")
        }
        tls = try .server(certificate: local.certificate, key: local.key)
        authority = local.authorityCertificate
    }
}
