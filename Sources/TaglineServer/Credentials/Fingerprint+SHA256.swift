import Crypto
import TagStore

extension Fingerprint {
    /// Makes the fingerprint of a secret or a token.
    public init(of text: String) {
        var digest = SHA256()
        var text = text
        text.withUTF8 { digest.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        guard let fingerprint = digest.finalize().withUnsafeBytes({ Fingerprint(raw: $0) }) else {
            preconditionFailure("a SHA-256 has 32 bytes")
        }
        self = fingerprint
    }
}
