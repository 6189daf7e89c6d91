import Crypto
import CryptoExtras
import Foundation
import OfficialAccount
import TagStore

/// The envelope of a pushed ticket or event: AES-CBC with the platform's 43-character key, and a signature.
///
/// Source: `doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Message_encryption_and_decryption`.
struct EncryptedEnvelope: Sendable {
    enum Failure: Error, Hashable {
        case badKey
        case badSignature
        /// The content cannot be decrypted, or is not a message.
        case badContent
        /// The message is for another receiver.
        case anotherReceiver
    }

    /// The parts of a push, except the appid of the receiver.
    struct Sealed: Sendable, Hashable {
        let encrypted: String
        let timestamp: String
        let nonce: String
        let signature: String
    }

    /// The padded length of a message is a multiple of this number of bytes: twice the block of AES.
    private static let padding = 32

    private let key: [UInt8]
    private let token: String
    private let receiver: AppID

    /// Throws ``Failure/badKey`` if the key is not 43 characters of base64.
    init(encodingKey: String, token: String, receiver: AppID) throws(Failure) {
        guard let key = Self.key(encodingKey) else { throw .badKey }
        self.key = key
        self.token = token
        self.receiver = receiver
    }

    /// Returns the 32 bytes that 43 characters of base64 encode; nil for any other text.
    ///
    /// The characters encode 258 bits. In keys from WeChat's console, the last two bits can have any value. Every
    /// decoder drops these bits.
    private static func key(_ encodingKey: String) -> [UInt8]? {
        var characters = Array(encodingKey.utf8)
        guard characters.count == 43, let last = alphabet.firstIndex(of: characters[42]) else { return nil }
        characters[42] = alphabet[last & ~3]
        guard let key = Data(base64Encoded: Data(characters + [UInt8(ascii: "=")])), key.count == 32 else { return nil }
        return Array(key)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// - Parameter random: sixteen bytes that begin the message, so that equal messages look different.
    func seal(_ message: String, timestamp: String, nonce: String, random: [UInt8]) throws(Failure) -> Sealed {
        let text = Array(message.utf8)
        var plain = random
        plain += (0..<4).map { UInt8(truncatingIfNeeded: text.count >> (24 - $0 * 8)) }
        plain += text + Array(receiver.rawValue.utf8)
        let fill = Self.padding - plain.count % Self.padding
        plain += [UInt8](repeating: UInt8(fill), count: fill)
        do {
            let encrypted = try AES._CBC.encrypt(
                plain, using: SymmetricKey(data: key), iv: AES._CBC.IV(ivBytes: key[..<16]), noPadding: true
            ).base64EncodedString()
            return Sealed(
                encrypted: encrypted, timestamp: timestamp, nonce: nonce,
                signature: Self.signature(token, timestamp, nonce, encrypted))
        } catch {
            throw .badContent
        }
    }

    /// Returns the message. Throws ``Failure`` if the signature is wrong, if the content is not a message, or if the
    /// message is for another receiver.
    func open(_ sealed: Sealed) throws(Failure) -> String {
        let signature = Self.signature(token, sealed.timestamp, sealed.nonce, sealed.encrypted)
        guard Fingerprint(of: signature) == Fingerprint(of: sealed.signature) else { throw .badSignature }
        guard
            let data = Data(base64Encoded: sealed.encrypted), !data.isEmpty, data.count.isMultiple(of: 16),
            let iv = try? AES._CBC.IV(ivBytes: key[..<16]),
            let plain = try? AES._CBC.decrypt(data, using: SymmetricKey(data: key), iv: iv, noPadding: true),
            let fill = plain.last.map(Int.init), 1...Self.padding ~= fill, plain.count >= 20 + fill,
            plain.suffix(fill).allSatisfy({ $0 == UInt8(fill) })
        else { throw .badContent }
        let content = plain.dropLast(fill).dropFirst(16)
        let length = content.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        let rest = content.dropFirst(4)
        guard length <= rest.count, let message = String(validating: rest.prefix(length), as: UTF8.self) else {
            throw .badContent
        }
        guard Array(rest.dropFirst(length)) == Array(receiver.rawValue.utf8) else { throw .anotherReceiver }
        return message
    }

    /// Returns the SHA-1 of `parts`, sorted and joined, as 40 hexadecimal digits.
    static func signature(_ parts: String...) -> String {
        let digest = Insecure.SHA1.hash(
            data: Data(parts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined().utf8))
        return Hexadecimal.text(digest)
    }
}
