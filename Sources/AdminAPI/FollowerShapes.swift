/// A user who follows an account at present.
package struct FollowerInfo: AdminShape, Hashable {
    package var openID: String
    /// When the follower last began to follow, in Unix seconds.
    package var since: Int64
    /// The ids of the tags that the follower carries, ascending.
    package var tags: [Int]
    /// The account's remark about the follower; empty if there is no remark.
    package var remark: String

    enum CodingKeys: String, CodingKey {
        case openID = "openid"
        case since, tags, remark
    }

    package init(openID: String, since: Int64, tags: [Int], remark: String) {
        self.openID = openID
        self.since = since
        self.tags = tags
        self.remark = remark
    }

    package static var examples: [FollowerInfo] {
        [FollowerInfo(openID: "ocYxcuAEy30bX0NXmGn4ypqx3tI0", since: 1_763_800_000, tags: [2, 134], remark: "Li")]
    }
}

/// One page of an account's followers, with their tags.
package struct FollowerListing: AdminShape, Hashable {
    package var followers: [FollowerInfo]
    /// The openid after which the next page begins; nil on the last page.
    package var next: String?
    /// The result of the search for followers who meet the request's tag expression; nil if the request has no such
    /// expression.
    package var search: FollowerMatches?

    package init(followers: [FollowerInfo], next: String?, search: FollowerMatches? = nil) {
        self.followers = followers
        self.next = next
        self.search = search
    }

    package static var examples: [FollowerListing] {
        let next = "ocYxcuAEy30bX0NXmGn4ypqx3tI0"
        return [
            FollowerListing(followers: FollowerInfo.examples, next: next),
            FollowerListing(followers: FollowerInfo.examples, next: next, search: FollowerMatches.examples[0]),
        ]
    }
}

/// The result of a bounded search for the followers who meet a tag expression.
package struct FollowerMatches: AdminShape, Hashable {
    /// The number of followers who meet the expression, among the followers that the search looked at.
    package var count: Int
    /// The number of followers that the search looked at, beginning with the first follower of the page.
    package var lookedAt: Int
    /// Whether the search reached the last follower of the account.
    package var isComplete: Bool

    enum CodingKeys: String, CodingKey {
        case count
        case lookedAt = "looked_at"
        case isComplete = "complete"
    }

    package init(count: Int, lookedAt: Int, isComplete: Bool) {
        self.count = count
        self.lookedAt = lookedAt
        self.isComplete = isComplete
    }

    package static var examples: [FollowerMatches] {
        [FollowerMatches(count: 312, lookedAt: 20_000, isComplete: false)]
    }
}

/// What the server did with the lines of a file of followers.
package struct LinesReport: AdminShape, Hashable {
    /// A line that names no follower.
    package struct BrokenLine: Codable, Sendable, Hashable {
        /// The number of the line, from 1.
        package var line: Int
        package var reason: String

        package init(line: Int, reason: String) {
            self.line = line
            self.reason = reason
        }
    }

    /// The number of openids in the lines.
    package var openIDs: Int
    /// For an import, the number of users who began to follow; for a removal, the number of openids in the lines.
    package var changed: Int
    /// The number of broken lines.
    package var broken: Int
    /// The first broken lines, a thousand at most.
    package var errors: [BrokenLine]
    /// Sentences about the file as a whole; nil if there are no such sentences.
    package var remarks: [String]?

    enum CodingKeys: String, CodingKey {
        case openIDs = "openids"
        case changed, broken, errors, remarks
    }

    /// Makes the report of a file without lines.
    package init() {
        openIDs = 0
        changed = 0
        broken = 0
        errors = []
    }

    package static var examples: [LinesReport] {
        var report = LinesReport()
        report.openIDs = 2
        report.changed = 2
        report.broken = 1
        report.errors = [BrokenLine(line: 3, reason: "line 3: not an openid")]
        var remarked = LinesReport()
        remarked.openIDs = 1
        remarked.remarks = ["the column 标签 looks like tags and is not used"]
        return [report, remarked]
    }
}
