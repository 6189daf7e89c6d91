import Foundation
import FreshFiles
import NIOSSL
import TaglineServer

/// The certificate for HTTPS: the user's own certificate, or a certificate from the sandbox's own authority.
struct ServerCertificate: Sendable {
    let tls: TLSConfiguration
    /// The file with the certificate of the authority to trust; nil if `tls` uses the user's own certificate.
    let authority: URL?
    /// Whether the authority is new and has replaced an earlier authority.
    var hasReplacedAuthority = false

    /// The most bytes of a certificate chain, and of a key.
    private static let longest = 1 << 20

    /// Reads the user's own certificate. Each file may be a pipe. Throws ``StartFailure`` if a file cannot be read, or
    /// if the key does not belong to the certificate.
    init(chain: URL, key: URL) throws {
        authority = nil
        let chainText = try Self.content(of: chain)
        let keyText = try Self.content(of: key)
        do {
            tls = try .server(certificate: chainText, key: keyText)
            // Only the creation of a context checks that the key belongs to the certificate.
            _ = try NIOSSLContext(configuration: tls)
        } catch {
            throw StartFailure.failed(
                "\(chain.path) and \(key.path) are not a certificate chain and the key that belongs to it, in PEM")
        }
    }

    private static func content(of file: URL) throws -> [UInt8] {
        do throws(SmallFile.Unreadable) {
            return Array(try SmallFile(path: file.path, longest: longest).content())
        } catch {
            throw StartFailure.failed(
                "\(file.path) cannot be read: \(error); --tls-cert and --tls-key name files in PEM")
        }
    }

    /// Makes a certificate that the authority in `directory` signs. Creates the authority if the directory has no
    /// authority yet.
    ///
    /// - Parameter hosts: the host names for the certificate, besides the sandbox's usual host names.
    init(localIn directory: DataDirectory, for hosts: [String]) throws {
        let local: LocalAuthority
        let place = directory.url.appending(path: DataDirectory.authority)
        do {
            local = try LocalAuthority(directory: place, now: Date(), others: hosts)
        } catch {
            throw StartFailure.failed("the certificate for HTTPS cannot be created in \(place.path): \(error)")
        }
        tls = try .server(
            certificate: FreshFile(local.certificate.path).content() ?? [],
            key: FreshFile(local.key.path).content() ?? [])
        authority = local.authorityCertificate
        hasReplacedAuthority = local.hasReplacedAuthority
    }
}
