/// A rule, the number of calls that it has matched so far, and the number of calls on which it has fired.
public struct FaultStatus: Codable, Sendable, Hashable {
    /// For one account, the number of calls that a rule has matched, and the number of calls on which the rule has
    /// fired.
    public struct Count: Codable, Sendable, Hashable {
        /// The appid of the account; empty for calls that name no known account.
        public var account: String
        /// The number of calls that matched.
        public var matched: Int
        /// The number of calls on which the rule fired.
        public var fired: Int

        /// Makes the counts of an account.
        public init(account: String, matched: Int, fired: Int) {
            self.account = account
            self.matched = matched
            self.fired = fired
        }
    }

    /// The rule.
    public var rule: FaultRule
    /// The number of calls that matched, for all accounts together.
    public var matched: Int
    /// The number of calls on which the rule fired, for all accounts together.
    public var fired: Int
    /// The counts of each account, for at most 1000 accounts.
    public var accounts: [Count]
    /// The time at which the rule ends, in Unix seconds of the sandbox's clock; nil if the rule has no end.
    public var endsAt: Int64?
    /// False if a request waited for the rule to fire, and the wait ended before the rule had fired often enough;
    /// otherwise true.
    public var complete: Bool

    enum CodingKeys: String, CodingKey {
        case rule, matched, fired, accounts
        case endsAt = "ends_at"
        case complete
    }

    /// Makes the status of a rule.
    public init(
        rule: FaultRule, matched: Int, fired: Int, accounts: [Count], endsAt: Int64?, complete: Bool = true
    ) {
        self.rule = rule
        self.matched = matched
        self.fired = fired
        self.accounts = accounts
        self.endsAt = endsAt
        self.complete = complete
    }
}
