import Foundation
import NIOSSL

/// A file of certificates in PEM form, such as a bundle of authorities.
enum CertificateFile {
    private static let begin = "-----BEGIN CERTIFICATE-----"
    private static let end = "-----END CERTIFICATE-----"

    /// The most bytes that a file of certificates may have. An operating system's bundle has a quarter of a megabyte.
    private static let longest = 64 << 20

    /// Returns the certificates in a file. Skips a block that is not a certificate, as OpenSSL does. Throws
    /// ``SmallFile/Unreadable`` if the file cannot be read.
    static func certificates(in path: String) throws(SmallFile.Unreadable) -> [NIOSSLCertificate] {
        let data = try SmallFile(path: path, longest: longest).content()
        // Java and IIS export certificates with the older label `X509 CERTIFICATE`.
        let text = String(decoding: data, as: UTF8.self).replacing(" X509 CERTIFICATE-----", with: " CERTIFICATE-----")
        return text.components(separatedBy: begin).dropFirst().compactMap { block in
            guard let stop = block.range(of: end) else { return nil }
            let pem = begin + block[..<stop.upperBound] + "\n"
            return try? NIOSSLCertificate(bytes: Array(pem.utf8), format: .pem)
        }
    }
}
