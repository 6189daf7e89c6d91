import Crypto
import Foundation
import OfficialAccount
import TagStore

/// Makes the text of tokens.
struct TokenMint: Sendable {
    private static let saltLength = 32

    let surroundings: Surroundings

    /// Makes a token of random bytes and the name of its account.
    ///
    /// - Parameter appID: the account; nil for the token of a third-party platform, which names no account.
    func ordinaryToken(of appID: AppID?) -> String {
        TokenText(surroundings.randomBytes(TokenText.bytes), of: appID.map { AccountHash($0) }).text
    }

    func salt() -> [UInt8] {
        surroundings.randomBytes(Self.saltLength)
    }

    /// Returns the stable token of an account for a salt. The same salt always gives the same token, and only a caller
    /// with the secret can compute it.
    ///
    /// `stable_token` must answer the same token again, but the store keeps no token, only its SHA-256. So the server
    /// derives the token from the secret that the caller sends with every call. See `docs/decisions/`.
    func stableToken(secret: String, appID: AppID, salt: [UInt8]) -> String {
        TokenText(Self.derived(secret, appID, salt), of: AccountHash(appID)).text
    }

    /// Returns the text of a kept stable token. A token that an earlier version issued without the name of its account
    /// keeps its form.
    func stableToken(secret: String, appID: AppID, of record: TokenRecord) -> String {
        let token = stableToken(secret: secret, appID: appID, salt: record.salt)
        guard Fingerprint(of: token) != record.fingerprint else { return token }
        let older = TokenText(Self.derived(secret, appID, record.salt), of: nil).text
        return Fingerprint(of: older) == record.fingerprint ? older : token
    }

    private static func derived(_ secret: String, _ appID: AppID, _ salt: [UInt8]) -> [UInt8] {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Data(secret.utf8)), salt: salt,
            info: Data("tagline stable token \(appID)".utf8), outputByteCount: TokenText.bytes
        ).withUnsafeBytes { Array($0) }
    }
}
