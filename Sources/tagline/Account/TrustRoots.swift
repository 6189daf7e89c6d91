import AsyncHTTPClient
import Foundation
import NIOSSL

/// The certificates of the authorities that a command trusts.
enum TrustRoots {
    /// Returns the certificates in `ca`, or the certificates that the environment names. Returns nil if neither names
    /// any; the command then trusts the system's authorities. Throws ``StartFailure`` if a file cannot be used.
    ///
    /// - Parameter ca: the file of `--ca` or of the profile; nil if neither names a file.
    static func certificates(_ ca: String?) throws -> [NIOSSLCertificate]? {
        try ca.map { try certificates(in: $0, "--ca") } ?? ofEnvironment()
    }

    /// Returns the certificates that `SSL_CERT_FILE` and `SSL_CERT_DIR` name; nil if neither is set. As with OpenSSL,
    /// `SSL_CERT_DIR` is a list of directories with `:` between them. Throws ``StartFailure`` if the file of
    /// `SSL_CERT_FILE` holds no certificates. If only `SSL_CERT_DIR` is set, its directories must hold certificates.
    private static func ofEnvironment() throws -> [NIOSSLCertificate]? {
        let file = SecretText.environment("SSL_CERT_FILE")
        let directories = SecretText.environment("SSL_CERT_DIR")?.split(separator: ":").map(String.init)
        guard file != nil || directories != nil else { return nil }
        let inFile = try file.map { try certificates(in: $0, "SSL_CERT_FILE") } ?? []
        let inDirectories = (directories ?? []).flatMap { directory in
            ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [])
                .flatMap { (try? CertificateFile.certificates(in: "\(directory)/\($0)")) ?? [] }
        }
        if let directories, inDirectories.isEmpty, file == nil {
            throw StartFailure.badSetting(
                "SSL_CERT_DIR: \(directories.joined(separator: ", ")) holds no certificates in PEM form")
        }
        return inFile + inDirectories
    }

    /// Returns the certificates in a file, at least one. Throws ``StartFailure`` if the file cannot be read or holds no
    /// certificate.
    ///
    /// - Parameter option: the option or the variable that names the file.
    private static func certificates(in file: String, _ option: String) throws -> [NIOSSLCertificate] {
        let certificates: [NIOSSLCertificate]
        do throws(SmallFile.Unreadable) {
            certificates = try CertificateFile.certificates(in: file)
        } catch {
            throw StartFailure.badSetting("\(option): \(file) cannot be read: \(error)")
        }
        guard !certificates.isEmpty else {
            throw StartFailure.badSetting("\(option): \(file) holds no certificates in PEM form")
        }
        return certificates
    }
}

extension HTTPClient.Configuration {
    /// Makes the client accept only the server certificates that one of `roots` has signed. Changes nothing if `roots`
    /// is nil.
    mutating func trust(_ roots: [NIOSSLCertificate]?) {
        guard let roots else { return }
        var tls = tlsConfiguration ?? .makeClientConfiguration()
        tls.trustRoots = .certificates(roots)
        tlsConfiguration = tls
    }
}
