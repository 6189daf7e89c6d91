import Crypto
import Foundation
import OfficialAccount
import TagStore

/// Makes the text of tokens.
struct TokenMint: Sendable {
    private static let saltLength = 32

    let surroundings: Surroundings

    /// Makes a token from random bytes and the hash of its account.
    ///
    /// - Parameter appID: the account; nil means the token of a third-party platform. Such a token contains no hash of
    ///   an account.
    func ordinaryToken(of appID: AppID?) -> String {
        TokenText(surroundings.randomBytes(TokenText.bytes), of: appID.map { AccountHash($0) }).text
    }

    func salt() -> [UInt8] {
        surroundings.randomBytes(Self.saltLength)
    }

    /// Returns the stable token of an account for a salt.
    ///
    /// The same secret, account and salt always give the same token. Only a caller who has the secret can compute the
    /// token.
    ///
    /// `stable_token` must return the same token again, but the store keeps only the SHA-256 of a token. So the server
    /// derives the token from the secret that the caller sends with every call. See `docs/decisions/`.
    func stableToken(secret: String, appID: AppID, salt: [UInt8]) -> String {
        TokenText(Self.derived(secret, appID, salt), of: AccountHash(appID)).text
    }

    /// Returns the text of the stable token that the store keeps as `record`; nil if the server did not derive the text
    /// from `secret`. An earlier version issued tokens without the hash of the account. For such a token, returns the
    /// text in this older form.
    func stableToken(secret: String, appID: AppID, of record: TokenRecord) -> String? {
        let token = stableToken(secret: secret, appID: appID, salt: record.salt)
        guard Fingerprint(of: token) != record.fingerprint else { return token }
        let older = TokenText(Self.derived(secret, appID, record.salt), of: nil).text
        return Fingerprint(of: older) == record.fingerprint ? older : nil
    }

    private static func derived(_ secret: String, _ appID: AppID, _ salt: [UInt8]) -> [UInt8] {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Data(secret.utf8)), salt: salt,
            info: Data("tagline stable token \(appID)".utf8), outputByteCount: TokenText.bytes
        ).withUnsafeBytes { Array($0) }
    }
}
