import BulkRuns
import Foundation
import OfficialAccount
import OfficialAccountClient

/// Calls the API as an account, and lists or exports the account's followers.
struct FollowersAtAPI {
    let account: RunAccount

    private struct Listed: Encodable {
        struct Follower: Encodable {
            let openid: String
            let since: Int64
            let tags: [Int]
            let remark: String
        }

        let followers: [Follower]
        let next: String?
    }

    /// Prints followers with their tags. Makes one call for the list, and one for every hundred followers. With `tag`,
    /// makes one more call for the list of tags.
    ///
    /// - Parameter tag: the id or the name of the tag that the printed followers carry; nil for all followers.
    func list(tag: String?, after: String?, limit: Int, json: Bool) async throws {
        guard 1...1000 ~= limit else { throw StartFailure.badSetting("--limit is a number from 1 to 1000") }
        let begin = try after.map { text in
            guard let openID = OpenID(text) else { throw StartFailure.badSetting("--after is not an openid") }
            return openID
        }
        let client = account.client
        var unread = 0
        var gone = 0
        let id = try await account.reporting {
            try await tag.map(AccountTags(tag == nil ? [] : client.tags.list()).existing)?.id
        }
        let (page, profiles) = try await account.reporting(about: id.map { [$0] } ?? []) {
            let (page, passedOver) =
                if let id {
                    Self.entries(of: try await client.tags.followers(of: id, after: begin))
                } else {
                    Self.entries(of: try await client.followers.list(after: begin))
                }
            if passedOver > 0 { StandardError.sayPassedOver(passedOver) }
            var profiles: [(openID: OpenID, known: FollowerProfile.Following)] = []
            var rest = page.prefix(limit)
            while !rest.isEmpty {
                let asked = rest.prefix(100)
                let answered = try await client.followers.profiles(of: Array(asked))
                let named = Set(answered.map(\.openID))
                unread += asked.count { !named.contains($0) }
                gone += answered.count { $0.following == nil }
                profiles += answered.compactMap { profile in profile.following.map { (profile.openID, $0) } }
                rest = rest.dropFirst(100)
            }
            return (page, profiles)
        }
        Self.sayMissing(unread: unread, gone: gone)
        let next = page.count > limit ? page[limit - 1] : nil
        if json {
            let followers = profiles.map {
                Listed.Follower(
                    openid: "\($0.openID)", since: $0.known.since, tags: $0.known.tagIDs.map(\.rawValue),
                    remark: $0.known.remark)
            }
            return try tellJSON(try SortedJSON.text(Listed(followers: followers, next: next.map { "\($0)" })))
        }
        let rows = profiles.map {
            [
                "\($0.openID)", Date(timeIntervalSince1970: TimeInterval($0.known.since)).ISO8601Format(),
                $0.known.tagIDs.map { "\($0)" }.joined(separator: " "), $0.known.remark,
            ]
        }
        try tell(lines: Table(names: ["OPENID", "SINCE", "TAGS", "REMARK"], rows: rows).text)
        if let next { try tell("There are more; go on with --after \(next)") }
    }

    private static func entries(of page: OpenIDPage) -> ([OpenID], passedOver: Int) {
        (page.openIDs, page.passedOver)
    }

    private static func entries(of page: GetTagFans.Response) -> ([OpenID], passedOver: Int) {
        (page.openIDs, page.passedOver)
    }

    /// Reports how many followers of the platform's list the command does not show.
    ///
    /// - Parameters:
    ///   - unread: the number of followers for whom the platform gave no valid profile.
    ///   - gone: the number of followers who left the account, as the platform answered.
    private static func sayMissing(unread: Int, gone: Int) {
        if unread > 0 {
            StandardError.say(
                "\(unread.counted("follower")) of the platform's list \(unread == 1 ? "is" : "are") not shown: the platform gave no valid profile"
            )
        }
        if gone > 0 {
            StandardError.say(
                "\(gone.counted("follower")) of the platform's list \(gone == 1 ? "is" : "are") not shown: the platform says that they left"
            )
        }
    }

    /// Prints the openids of all followers, in the form that `followers import` reads. Makes one call for the list of
    /// tags, and one for every 10,000 followers.
    func export(json: Bool) async throws {
        try await account.reporting {
            // This call has few retries, so the command soon reports an unreachable server. The later calls have more
            // retries, so the command can continue after a short failure of the server.
            _ = try await account.client.tags.list()
            if !json { try tell("openid") }
            let pages = MemberPages(client: account.patient, tag: nil, passedOver: StandardError.sayPassedOver)
            for try await page in pages {
                let lines = page.map { json ? "{\"openid\":\"\($0)\"}\n" : "\($0)\n" }
                try StandardOutput.write(lines.joined().utf8)
            }
        }
    }
}
