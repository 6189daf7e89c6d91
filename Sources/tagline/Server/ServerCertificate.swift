import Foundation
import NIOSSL
import TaglineServer

/// The certificate for HTTPS: the user's own certificate, or a certificate from the sandbox's own authority.
struct ServerCertificate {
    let tls: TLSConfiguration
    /// The file with the certificate of the authority to trust; nil if `tls` uses the user's own certificate.
    let authority: URL?
    /// Whether the authority is new and has replaced an earlier authority.
    var hasReplacedAuthority = false

    /// Reads the user's own certificate.
    init(chain: URL, key: URL) throws {
        for file in [chain, key] where !FileManager.default.isReadableFile(atPath: file.path) {
            throw StartFailure.failed("\(file.path) cannot be read; --tls-cert and --tls-key name files in PEM")
        }
        authority = nil
        do {
            tls = try .server(certificate: chain, key: key)
            // Only the creation of a context checks that the key belongs to the certificate.
            _ = try NIOSSLContext(configuration: tls)
        } catch {
            throw StartFailure.failed(
                "\(chain.path) and \(key.path) are not a certificate chain and the key that belongs to it, in PEM")
        }
    }

    /// Makes a certificate that the authority in `directory` signs. Creates the authority if the directory has no
    /// authority yet.
    ///
    /// - Parameter hosts: the host names for the certificate, besides the sandbox's usual host names.
    init(localIn directory: DataDirectory, for hosts: [String]) throws {
        let local: LocalAuthority
        do {
            local = try LocalAuthority(directory: directory.url.appending(path: "tls"), now: Date(), others: hosts)
        } catch {
            throw StartFailure.failed(
                "the certificate for HTTPS cannot be created in \(directory.url.path)/tls: \(error)")
        }
        tls = try .server(certificate: local.certificate, key: local.key)
        authority = local.authorityCertificate
        hasReplacedAuthority = local.hasReplacedAuthority
    }
}
