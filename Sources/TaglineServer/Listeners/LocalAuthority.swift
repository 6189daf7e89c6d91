import Crypto
import Foundation
import FreshFiles
import SwiftASN1
import X509

/// The certificate authority of one sandbox, and the server certificate that it has signed, as files in a directory.
///
/// The authority can sign only for the host names in ``names`` and the `others` that the initialiser has received. So a
/// person who steals the key of the authority cannot imitate any other host, even on a machine that trusts the
/// authority.
public struct LocalAuthority: Sendable {
    /// The host names of the certificate, besides the addresses 127.0.0.1 and ::1.
    ///
    /// The platform's names are the names that SDKs and browsers call: the API, its other documented access points, and
    /// the login page.
    public static let names = [
        "localhost", "api.weixin.qq.com", "api2.weixin.qq.com", "sh.api.weixin.qq.com", "sz.api.weixin.qq.com",
        "hk.api.weixin.qq.com", "mp.weixin.qq.com", "open.weixin.qq.com",
    ]

    /// The names of the files in the directory.
    public static let fileNames = [authorityCertificateName, authorityKeyName, certificateName, keyName]
    private static let authorityCertificateName = "ca.pem"
    private static let authorityKeyName = "ca.key"
    private static let certificateName = "server.pem"
    private static let keyName = "server.key"

    public let authorityCertificate: URL
    public let certificate: URL
    public let key: URL
    /// Whether a new authority has replaced an earlier one in the directory. Programs that trusted the earlier
    /// authority must trust the new one too.
    public private(set) var hasReplacedAuthority = false

    /// Uses the files in `directory`, and creates those that are missing or expire within 30 days.
    ///
    /// Also replaces a certificate that begins in the future. Only the owner of the files can read the keys. Throws if
    /// a file cannot be created, or if it exists and cannot be read.
    ///
    /// - Parameter others: host names for the certificate besides ``names``. If the present authority cannot sign for
    ///   all of these names, this initialiser makes a new authority.
    public init(directory: URL, now: Date, others: [String] = []) throws {
        let names = Self.names + Set(others.map { $0.lowercased() }).subtracting(Self.names).sorted()
        authorityCertificate = directory.appending(path: Self.authorityCertificateName)
        certificate = directory.appending(path: Self.certificateName)
        key = directory.appending(path: Self.keyName)
        let authorityKey = directory.appending(path: Self.authorityKeyName)
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])

        if try Self.isGood(certificate, key, signedBy: authorityCertificate, for: names, at: now) { return }
        var authority = try Signer.kept(certificate: authorityCertificate, key: authorityKey)
        if authority.map({ !Self.isInForce($0.certificate, at: now) || !Self.mayVouch($0.certificate, for: names) })
            ?? true
        {
            hasReplacedAuthority = FileManager.default.fileExists(atPath: authorityCertificate.path)
            let made = try Signer.makeAuthority(for: names, now: now)
            try Self.write(made.key.serializeAsPEM().pemString, to: authorityKey)
            try Self.write(made.certificate.serializeAsPEM().pemString, to: authorityCertificate)
            authority = made
        }
        guard let authority else { return }
        let server = try authority.issue(for: names, now: now)
        try Self.write(server.key.serializeAsPEM().pemString, to: key)
        try Self.write(server.certificate.serializeAsPEM().pemString, to: certificate)
    }

    private static func isGood(
        _ certificate: URL, _ key: URL, signedBy authority: URL, for names: [String], at now: Date
    ) throws(FreshFileFailure) -> Bool {
        guard
            let server = try Signer.kept(certificate: certificate, key: key),
            let content = try FreshFile(authority.path).content(),
            let issuer = try? Certificate(pemEncoded: String(decoding: content, as: UTF8.self))
        else { return false }
        return isInForce(server.certificate, at: now) && isInForce(issuer, at: now) && isFor(names, server.certificate)
            && issuer.publicKey.isValidSignature(server.certificate.signature, for: server.certificate)
    }

    /// Returns whether a certificate is valid at `now` and for more than 30 days after `now`.
    ///
    /// A certificate that begins in the future was made while the clock of this machine was ahead. No program accepts
    /// it now. But if `now` is before ``writing``, the clock of this machine is wrong, as after a loss of power. Then
    /// the certificate may still be good, because other programs may have the right time.
    private static func isInForce(_ certificate: Certificate, at now: Date) -> Bool {
        (certificate.notValidBefore <= now || now < writing)
            && certificate.notValidAfter.timeIntervalSince(now) > 30 * 86_400
    }

    /// The beginning of 2026 in UTC, the year in which this program was written. A clock that shows an earlier time is
    /// wrong.
    private static let writing = Date(timeIntervalSince1970: 1_767_225_600)

    /// Returns whether a certificate covers all of `names`. Earlier versions of Tagline made certificates for fewer
    /// names.
    private static func isFor(_ names: [String], _ certificate: Certificate) -> Bool {
        guard let subjects = try? certificate.extensions.subjectAlternativeNames else { return false }
        return names.allSatisfy { subjects.contains(.dnsName($0)) }
    }

    /// Returns whether an authority may sign for all of `names`.
    private static func mayVouch(_ certificate: Certificate, for names: [String]) -> Bool {
        guard let constraints = try? certificate.extensions.nameConstraints else { return false }
        return names.allSatisfy { constraints.permittedDNSDomains.contains($0) }
    }

    private static func write(_ pem: String, to file: URL) throws {
        // The file has its final permissions from the start, so that other users can never read a key.
        try FreshFile(file.path)
            .replace(with: (pem + "\n").utf8, for: file.pathExtension == "key" ? .owner : .everyone)
    }
}

/// A certificate and its private key.
private struct Signer {
    let certificate: Certificate
    let key: Certificate.PrivateKey

    init(certificate: Certificate, key: Certificate.PrivateKey) {
        self.certificate = certificate
        self.key = key
    }

    /// Reads a certificate and its key from two files.
    ///
    /// Returns nil if a file is missing or broken, or if the key belongs to another certificate. Throws if a file
    /// exists and cannot be read.
    static func kept(certificate: URL, key: URL) throws(FreshFileFailure) -> Signer? {
        guard
            let certificateContent = try FreshFile(certificate.path).content(),
            let keyContent = try FreshFile(key.path).content(),
            let certificate = try? Certificate(pemEncoded: String(decoding: certificateContent, as: UTF8.self)),
            let key = try? Certificate.PrivateKey(pemEncoded: String(decoding: keyContent, as: UTF8.self)),
            certificate.publicKey == key.publicKey
        else { return nil }
        return Signer(certificate: certificate, key: key)
    }

    static func makeAuthority(for names: [String], now: Date) throws -> Signer {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let name = try DistinguishedName {
            OrganizationName("Tagline sandbox")
            // Each authority has a name of its own, so that a trust store can hold several.
            CommonName("Tagline local authority \(UInt32.random(in: 0...UInt32.max))")
        }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
            notValidBefore: now.addingTimeInterval(-86_400), notValidAfter: now.addingTimeInterval(10 * 365 * 86_400),
            issuer: name, subject: name,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
                // No constraint on addresses: BoringSSL refuses certificates that have such a constraint.
                Critical(NameConstraints(permittedDNSDomains: names))
                SubjectKeyIdentifier(hash: key.publicKey)
            },
            issuerPrivateKey: key)
        return Signer(certificate: certificate, key: key)
    }

    func issue(for names: [String], now: Date) throws -> Signer {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
            // Clients refuse certificates that are valid for much longer than two years.
            notValidBefore: now.addingTimeInterval(-86_400), notValidAfter: now.addingTimeInterval(800 * 86_400),
            issuer: self.certificate.subject,
            subject: try DistinguishedName { CommonName("localhost") },
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(
                    names.map { .dnsName($0) } + [
                        .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
                        .ipAddress(ASN1OctetString(contentBytes: Self.loopback6)),
                    ])
                SubjectKeyIdentifier(hash: key.publicKey)
                AuthorityKeyIdentifier(keyIdentifier: SubjectKeyIdentifier(hash: self.key.publicKey).keyIdentifier)
            },
            issuerPrivateKey: self.key)
        return Signer(certificate: certificate, key: key)
    }

    private static let loopback6: ArraySlice<UInt8> = ([UInt8](repeating: 0, count: 15) + [1])[...]
}
