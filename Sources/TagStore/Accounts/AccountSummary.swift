/// An account, with its numbers of followers and tags.
public struct AccountSummary: Sendable, Hashable {
    public let account: Account
    /// The number of present followers.
    public let followers: Int
    /// The number of the account's own tags, without the starred tag.
    public let tags: Int

    public init(account: Account, followers: Int, tags: Int) {
        self.account = account
        self.followers = followers
        self.tags = tags
    }
}
