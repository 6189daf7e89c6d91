import Foundation
import SwiftASN1
import TaglineServer
import Testing
import X509

@Suite struct LocalAuthorityTests {
    private func withDirectory(_ body: (URL) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory)
    }

    private func certificate(_ file: URL) throws -> Certificate {
        try Certificate(pemEncoded: String(contentsOf: file, encoding: .utf8))
    }

    @Test func `a restart keeps the certificate, and only the owner of the key files can read the keys`() throws {
        try withDirectory { directory in
            let first = try certificate(LocalAuthority(directory: directory, now: .now).certificate)
            let again = try LocalAuthority(directory: directory, now: .now)
            #expect(try certificate(again.certificate) == first)
            for file in ["ca.key", "server.key"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: directory.appending(path: file).path)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
        }
    }

    @Test func `the same authority signs a new certificate before the old certificate expires`() throws {
        try withDirectory { directory in
            let early = try LocalAuthority(directory: directory, now: .now)
            let authority = try certificate(early.authorityCertificate)
            let first = try certificate(early.certificate)
            let late = try LocalAuthority(directory: directory, now: .now.addingTimeInterval(780 * 86_400))
            #expect(try certificate(late.certificate) != first)
            #expect(try certificate(late.authorityCertificate) == authority)
            #expect(
                authority.publicKey.isValidSignature(
                    try certificate(late.certificate).signature, for: try certificate(late.certificate)))
        }
    }

    @Test func `the authority and the certificate stay the same if the clock has gone back`() throws {
        try withDirectory { directory in
            let first = try LocalAuthority(directory: directory, now: .now)
            let (authority, server) = (try certificate(first.authorityCertificate), try certificate(first.certificate))
            let back = try LocalAuthority(directory: directory, now: Date(timeIntervalSince1970: 0))
            #expect(!back.hasReplacedAuthority)
            #expect(try certificate(back.authorityCertificate) == authority)
            #expect(try certificate(back.certificate) == server)
        }
    }

    private static let year: TimeInterval = 365 * 86_400

    @Test(arguments: [3.0, 250])
    func `an authority that was made while the clock was ahead is replaced`(years: Double) throws {
        try withDirectory { directory in
            let ahead = try LocalAuthority(directory: directory, now: .now.addingTimeInterval(years * Self.year))
            let wrong = try certificate(ahead.authorityCertificate)
            let made = try LocalAuthority(directory: directory, now: .now)
            #expect(made.hasReplacedAuthority)
            let (authority, server) = (try certificate(made.authorityCertificate), try certificate(made.certificate))
            #expect(authority != wrong)
            for certificate in [authority, server] {
                #expect(certificate.notValidBefore <= .now && certificate.notValidAfter > .now)
            }
            #expect(authority.publicKey.isValidSignature(server.signature, for: server))
            #expect(try !LocalAuthority(directory: directory, now: .now).hasReplacedAuthority)
        }
    }

    @Test(arguments: [3.0, 5, 8])
    func `an authority stays if only its server certificate was made while the clock was ahead`(
        years: Double
    ) throws {
        try withDirectory { directory in
            let authority = try certificate(LocalAuthority(directory: directory, now: .now).authorityCertificate)
            let ahead = try LocalAuthority(directory: directory, now: .now.addingTimeInterval(years * Self.year))
            #expect(try certificate(ahead.certificate).notValidBefore > .now)
            let made = try LocalAuthority(directory: directory, now: .now)
            #expect(!made.hasReplacedAuthority)
            #expect(try certificate(made.authorityCertificate) == authority)
            #expect(try certificate(made.certificate).notValidBefore <= .now)
        }
    }

    @Test(arguments: ["ca.key", "ca.pem", "server.key", "server.pem"], [true, false])
    func `a pipe or a directory in place of a file is refused, and the server does not wait`(
        file: String, isPipe: Bool
    ) throws {
        try withDirectory { directory in
            _ = try LocalAuthority(directory: directory, now: .now)
            let place = directory.appending(path: file)
            try FileManager.default.removeItem(at: place)
            if isPipe {
                #expect(mkfifo(place.path, 0o600) == 0)
            } else {
                try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            }
            // Only a start that renews the certificate reads the key of the authority.
            let error = #expect(throws: (any Error).self) {
                try LocalAuthority(directory: directory, now: .now.addingTimeInterval(780 * 86_400))
            }
            #expect("\(error as Any)".contains("\(file) cannot be used: it is not a regular file"))
        }
    }

    @Test(arguments: ["ca.key", "ca.pem", "server.key", "server.pem", "server.pem.part"])
    func `the authority replaces a link at the path of its file, and keeps the link's target`(
        file: String
    ) throws {
        try withDirectory { directory in
            for isHard in [true, false] {
                let tls = directory.appending(path: "tls-\(isHard)")
                try FileManager.default.createDirectory(at: tls, withIntermediateDirectories: true)
                let other = directory.appending(path: "precious-\(isHard)")
                try Data("precious".utf8).write(to: other)
                if isHard {
                    try FileManager.default.linkItem(at: other, to: tls.appending(path: file))
                } else {
                    try FileManager.default.createSymbolicLink(
                        at: tls.appending(path: file), withDestinationURL: other)
                }
                let made = try LocalAuthority(directory: tls, now: .now)
                _ = try certificate(made.certificate)
                #expect(try String(contentsOf: other, encoding: .utf8) == "precious")
            }
        }
    }

    @Test func `new host names need a new authority, which stays if a later start omits the names`() throws {
        try withDirectory { directory in
            let plain = try certificate(LocalAuthority(directory: directory, now: .now).authorityCertificate)
            let named = try LocalAuthority(directory: directory, now: .now, others: ["Tagline", "localhost"])
            #expect(
                try certificate(named.certificate).extensions.subjectAlternativeNames?.contains(.dnsName("tagline"))
                    == true)
            let authority = try certificate(named.authorityCertificate)
            #expect(try authority.extensions.nameConstraints?.permittedDNSDomains.contains("tagline") == true)
            #expect(authority != plain)
            let fewer = try LocalAuthority(directory: directory, now: .now)
            #expect(try certificate(fewer.authorityCertificate) == authority)
        }
    }

    @Test func `an authority reports that it replaces an earlier authority`() throws {
        try withDirectory { directory in
            let replaced = try [[], [], ["tagline"], ["tagline"]].map { names in
                try LocalAuthority(directory: directory, now: .now, others: names).hasReplacedAuthority
            }
            #expect(replaced == [false, false, true, false])
        }
    }

    @Test(arguments: ["ca.key", "ca.pem", "server.key", "server.pem"])
    func `a broken certificate or key file is replaced`(file: String) throws {
        try withDirectory { directory in
            _ = try LocalAuthority(directory: directory, now: .now)
            try Data("nonsense".utf8).write(to: directory.appending(path: file))
            let mended = try LocalAuthority(directory: directory, now: .now)
            let server = try certificate(mended.certificate)
            let authority = try certificate(mended.authorityCertificate)
            #expect(authority.publicKey.isValidSignature(server.signature, for: server))
        }
    }
}
