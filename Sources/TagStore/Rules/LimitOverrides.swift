public import OfficialAccount

/// The limits that one account has instead of the store's. For a property that is nil, the store's limit applies.
///
/// In JSON, the limits have the names that the admin plane uses.
public struct LimitOverrides: Sendable, Hashable, Codable {
    public var openIDsPerCall: Int?
    public var tagsPerFollower: Int?
    public var tagsPerAccount: Int?
    public var tagNameBytes: Int?
    public var followersOfDeletableTag: Int?

    public init() {}

    private enum CodingKeys: String, CodingKey {
        case openIDsPerCall = "openids_per_call"
        case tagsPerFollower = "tags_per_follower"
        case tagsPerAccount = "tags_per_account"
        case tagNameBytes = "tag_name_bytes"
        case followersOfDeletableTag = "followers_of_deletable_tag"
    }

    /// One limit that an account can override, and its range.
    public struct Choice: Sendable {
        public let name: String
        /// The range of the limit. With a limit above this range, the body of a call could be too large, or the tags of
        /// a follower could need more than 128 bits.
        public let range: ClosedRange<Int>
        public let summary: String
        let value: @Sendable (LimitOverrides) -> Int?
    }

    /// The ranges of the limits on what an account keeps.
    private static let (tags, nameBytes) = (1...120, 1...1000)

    /// Every limit that an account can override.
    public static let choices = [
        Choice(name: "openids_per_call", range: 1...10_000, summary: "entries in one openid_list") {
            $0.openIDsPerCall
        },
        Choice(name: "tags_per_follower", range: tags, summary: "tags one follower may carry") { $0.tagsPerFollower },
        Choice(name: "tags_per_account", range: tags, summary: "tags the account may create") { $0.tagsPerAccount },
        Choice(name: "tag_name_bytes", range: nameBytes, summary: "bytes of UTF-8 in the name of a tag") {
            $0.tagNameBytes
        },
        Choice(
            name: "followers_of_deletable_tag", range: 0...4_000_000_000,
            summary: "the most followers that a tag may have when the account deletes it"
        ) { $0.followersOfDeletableTag },
    ]

    /// The first limit that is out of its range; nil if all limits are in their ranges.
    public var outOfRange: Choice? {
        Self.choices.first { choice in choice.value(self).map { !choice.range.contains($0) } ?? false }
    }

    /// Returns `limits` with the most tags and the longest names that an account can ever have.
    ///
    /// An account that lowers its limits keeps what it has. So the state of an account can be above the account's
    /// present limits, but never above these.
    static func highest(over limits: Limits) -> Limits {
        var limits = limits
        limits.tagsPerFollower = max(limits.tagsPerFollower, tags.upperBound)
        limits.tagsPerAccount = max(limits.tagsPerAccount, tags.upperBound)
        limits.tagNameBytes = max(limits.tagNameBytes, nameBytes.upperBound)
        return limits
    }

    /// Returns the limits of an account with these overrides; `limits` are the store's.
    public func applied(to limits: Limits) -> Limits {
        var limits = limits
        limits.openIDsPerCall = openIDsPerCall ?? limits.openIDsPerCall
        limits.tagsPerFollower = tagsPerFollower ?? limits.tagsPerFollower
        limits.tagsPerAccount = tagsPerAccount ?? limits.tagsPerAccount
        limits.tagNameBytes = tagNameBytes ?? limits.tagNameBytes
        limits.followersOfDeletableTag = followersOfDeletableTag ?? limits.followersOfDeletableTag
        return limits
    }
}
