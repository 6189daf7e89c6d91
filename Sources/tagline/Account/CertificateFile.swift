import Foundation
import NIOSSL

/// A file of certificates in PEM form, such as a bundle of authorities.
enum CertificateFile {
    private static let begin = "-----BEGIN CERTIFICATE-----"
    private static let end = "-----END CERTIFICATE-----"

    /// Returns the certificates in a file. Passes over a block that is not a certificate, as OpenSSL does. Returns none
    /// if the file cannot be read.
    static func certificates(in path: String) -> [NIOSSLCertificate] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        // The older label is in exports of Java and IIS.
        let text = String(decoding: data, as: UTF8.self).replacing(" X509 CERTIFICATE-----", with: " CERTIFICATE-----")
        return text.components(separatedBy: begin).dropFirst().compactMap { block in
            guard let stop = block.range(of: end) else { return nil }
            let pem = begin + block[..<stop.upperBound] + "\n"
            return try? NIOSSLCertificate(bytes: Array(pem.utf8), format: .pem)
        }
    }
}
