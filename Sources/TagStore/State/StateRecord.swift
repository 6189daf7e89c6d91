public import OfficialAccount

/// A record of a store's state, for export and import.
///
/// An account comes first, then everything that belongs to it:
///
/// - followers in the order in which they first followed,
/// - tokens in the order of their issue, and tokens of the same second by fingerprint,
/// - counts by name.
public enum StateRecord: Sendable, Hashable {
    case account(AccountState)
    case followers([FollowerState])
    case token(TokenRecord)
    case counter(CallCounter)
}

/// An account with its tags.
public struct AccountState: Sendable, Hashable {
    public struct Tag: Sendable, Hashable, Codable {
        public let id: TagID
        public let name: String

        public init(id: TagID, name: String) {
            self.id = id
            self.name = name
        }
    }

    public let account: Account
    /// The id that the next tag of the account gets.
    public let nextTagID: TagID
    /// The tags that the account has created, by ascending id.
    public let tags: [Tag]

    public init(account: Account, nextTagID: TagID, tags: [Tag]) {
        self.account = account
        self.nextTagID = nextTagID
        self.tags = tags
    }
}

/// A present or former follower of an account.
public struct FollowerState: Sendable, Hashable {
    public let openID: OpenID
    /// The time at which the follower last followed.
    public let since: UnixTime
    /// False for a follower who left.
    public let isFollowing: Bool
    public let isBlacklisted: Bool
    /// The tags of the follower by ascending id. The store keeps the tags of a follower who left, but hides them.
    public let tagIDs: [TagID]
    public let remark: String

    public init(
        openID: OpenID, since: UnixTime, isFollowing: Bool, isBlacklisted: Bool, tagIDs: [TagID], remark: String
    ) {
        self.openID = openID
        self.since = since
        self.isFollowing = isFollowing
        self.isBlacklisted = isBlacklisted
        self.tagIDs = tagIDs
        self.remark = remark
    }
}

/// Receives the records of an import, in order.
public protocol StateSink: AnyObject, Sendable {
    /// Takes the next record. Throws 40013 for an account that exists already, and 47001 for a record that contradicts
    /// an earlier one.
    ///
    /// - Parameter line: the line of the record in its file, for the message. The followers of one record have
    ///   consecutive lines, and `line` is the first. Nil for a record that comes from no file.
    func take(_ record: StateRecord, line: Int?) throws(Refusal)
}

extension StateSink {
    /// Takes the next record, which comes from no file.
    public func take(_ record: StateRecord) throws(Refusal) {
        try take(record, line: nil)
    }
}
