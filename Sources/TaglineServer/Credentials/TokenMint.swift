import Crypto
import Foundation
import OfficialAccount
import TagStore

/// Makes the text of tokens: two digits, `_`, and 139 URL-safe characters, which is how the platform's look.
struct TokenMint: Sendable {
    /// Bytes behind the 139 characters.
    private static let length = 104
    private static let saltLength = 32

    let surroundings: Surroundings

    /// A token of nothing but randomness.
    func ordinaryToken() -> String {
        Self.text(surroundings.randomBytes(Self.length + 1))
    }

    func salt() -> [UInt8] {
        surroundings.randomBytes(Self.saltLength)
    }

    /// The stable token of an account for a salt: always the same, and only for whoever knows the secret.
    ///
    /// `stable_token` must answer the same token again, but the store keeps no token, only its SHA-256. So the token is
    /// derived from the secret that the caller brings with every call. See `docs/decisions/`.
    func stableToken(secret: String, appID: AppID, salt: [UInt8]) -> String {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Data(secret.utf8)), salt: salt,
            info: Data("tagline stable token \(appID)".utf8), outputByteCount: Self.length + 1)
        return Self.text(key.withUnsafeBytes { Array($0) })
    }

    private static func text(_ bytes: [UInt8]) -> String {
        let prefix = 10 + Int(bytes[0]) % 90
        let encoded = Data(bytes.dropFirst()).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return "\(prefix)_\(encoded)"
    }
}
