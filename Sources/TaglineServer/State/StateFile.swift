import Crypto
import Foundation
import OfficialAccount
import TagStore

/// A state as a file: JSON, an object a line.
///
/// The first line says what it is, the last how many accounts and followers there are and the SHA-256 of all before it,
/// so that a file that was cut short or changed is noticed. See `docs/file-format.md`.
enum StateFile {
    static let version = 1
    /// A longer line is an error. The longest there are hold an account with its tags, addresses and quotas.
    static let longestLine = 1 << 20

    /// One line, whichever of these it holds.
    struct Line: Codable {
        var tagline_state: Int?
        var account: AccountLine?
        /// With the members of a follower beside it.
        var openid: String?
        var since: Int64?
        var left: Bool?
        var blacklisted: Bool?
        var tags: [Int]?
        var remark: String?
        var token: TokenLine?
        var count: CountLine?
        var end: End?
    }

    struct AccountLine: Codable {
        let appid: String
        let kind: Account.Kind
        let certified: Bool
        let secret_sha256: Fingerprint
        let secret_frozen: Bool
        let frozen: Bool
        let allowed_addresses: [String]
        let limits: LimitOverrides
        let quotas: [String: CallQuota]
        let next_tag_id: Int
        let tags: [Tag]

        struct Tag: Codable {
            let id: Int
            let name: String
        }
    }

    struct TokenLine: Codable {
        let sha256: Fingerprint
        let kind: TokenKind
        let salt: String
        let issued_at: Int64
        let expires_at: Int64
        let works_until: Int64?
        let forced_day: Int64
        let forced_count: Int
        let forced_last: Int64?
    }

    struct CountLine: Codable {
        let name: String
        let period: Int64
        let count: Int
    }

    struct End: Codable {
        let accounts: Int
        let followers: Int
        let sha256: String
    }
}
