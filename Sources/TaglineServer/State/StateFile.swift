import AdminAPI
import Foundation
import OfficialAccount
import TagStore

/// A state as a file, with one JSON object on each line.
///
/// The first line says what the file is. The last line has the numbers of accounts and followers, and the SHA-256 of
/// all lines before it. With the last line, a reader notices that a file was cut short or changed. See
/// `docs/file-format.md`.
enum StateFile {
    static let version = 1
    /// The most bytes of a line; a longer line is an error. The longest lines hold an account with its tags, addresses
    /// and quotas.
    static let longestLine = 1 << 20

    /// A line of any kind. It has the members of its kind only.
    struct Line: Codable {
        var tagline_state: Int?
        var account: AccountLine?
        /// The openid in the line of a follower. Such a line also has the members up to `remark`.
        var openid: String?
        var since: Int64?
        var left: Bool?
        var blacklisted: Bool?
        var tags: [Int]?
        var remark: String?
        var token: TokenLine?
        var count: CountLine?
        var end: StateEnd?
    }

    struct AccountLine: AccountObject {
        let appID: String
        /// In JSON, the settings and the members of `rest` are members of the account's own object.
        let settings: AccountSettings
        let rest: Rest

        struct Rest: Codable {
            let secret_sha256: Fingerprint
            let next_tag_id: Int
            let tags: [Tag]
        }

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
}

extension StateFile.Line: AdminShape {
    static var examples: [StateFile.Line] {
        let account = StateFile.AccountLine(
            appID: "wx5ad0c4e6b81f2793", settings: AccountInfo.examples[0].settings,
            rest: .init(secret_sha256: .zero, next_tag_id: 135, tags: [.init(id: 134, name: "广东")]))
        let token = StateFile.TokenLine(
            sha256: .zero, kind: .stable, salt: "00", issued_at: 1_763_800_000, expires_at: 1_763_807_200,
            works_until: 1_763_800_300, forced_day: 20_414, forced_count: 1, forced_last: 1_763_800_000)
        return [
            StateFile.Line(tagline_state: StateFile.version),
            StateFile.Line(account: account),
            StateFile.Line(openid: "ocYxcuAEy30bX0NXmGn4ypqx3tI0", since: 1_763_800_000, tags: [134]),
            StateFile.Line(
                openid: "ocYxcuBt0mRugKZ7tGAHPnUaOW7Y", since: 1_763_800_000, left: true, blacklisted: true,
                tags: [2, 134], remark: "Li"),
            StateFile.Line(token: token),
            StateFile.Line(count: StateFile.CountLine(name: "/cgi-bin/tags/get", period: 20_414, count: 3)),
            StateFile.Line(end: StateEnd.examples.first),
        ]
    }
}
