public import OfficialAccount

/// Checks the records of an import against the same rules for names, lengths, counts and times that calls obey.
///
/// An account's own limits on tags and names bind its calls, and not its state: an account that has lowered a limit
/// keeps what it has. So this type compares a state with the highest limits that an account can have.
///
/// This type judges each record by its content. Only a store can judge whether an appid or a follower exists already.
public struct StateJudge: Sendable {
    /// The highest limits that an account can have.
    private let limits: Limits
    private let rules = TokenRules()
    private var tagIDs: Set<TagID> = []

    /// - Parameter limits: the store's limits, which an account may override.
    public init(limits: Limits) {
        self.limits = LimitOverrides.highest(over: limits)
    }

    /// Throws 47001, 45056, 45157 or 45158 if the account or one of its tags breaks a rule.
    public mutating func judge(_ account: AccountState) throws(Refusal) {
        if let choice = account.account.limits.outOfRange {
            throw Refusal(
                .dataFormatError,
                "the limit \(choice.name) must lie from \(choice.range.lowerBound) to \(choice.range.upperBound)")
        }
        for (path, quota) in account.account.quotas {
            for number in [quota.perDay, quota.perMinute] {
                if let number {
                    try NumberRanges.judge(number, in: NumberRanges.quota, "the quota of \(Refusal.quoted(path))")
                }
            }
        }
        // The next id may be one more than the largest id that a tag may have.
        let nextIDs = NumberRanges.tagID.lowerBound...NumberRanges.tagID.upperBound + 1
        try NumberRanges.judge(account.nextTagID.rawValue, in: nextIDs, "next_tag_id")
        var present: [(id: TagID, name: String)] = [(.starred, TagID.starredName)]
        for tag in account.tags {
            try NumberRanges.judge(tag.id.rawValue, in: NumberRanges.tagID, "the id of a tag")
            guard tag.id < account.nextTagID else {
                throw Refusal(.dataFormatError, "tag \(tag.id) is not below next_tag_id, \(account.nextTagID)")
            }
            try TagRules.judgeNew(tag.id, named: tag.name, among: present, limits: limits)
            present.append((tag.id, tag.name))
        }
        tagIDs = Set(present.map(\.id))
    }

    /// Throws 47001, 45059, 45159 or 40092 if the follower breaks a rule.
    public func judge(_ follower: FollowerState) throws(Refusal) {
        try NumberRanges.judge(follower.since.seconds, in: NumberRanges.since, "since")
        guard follower.tagIDs.count <= limits.tagsPerFollower else {
            throw Refusal(
                .tooManyTagsOnUser,
                "\(follower.openID) carries \(follower.tagIDs.count) tags; the limit is \(limits.tagsPerFollower)")
        }
        guard Set(follower.tagIDs).count == follower.tagIDs.count else {
            throw Refusal(.dataFormatError, "\(follower.openID) carries a tag twice")
        }
        for id in follower.tagIDs where !tagIDs.contains(id) {
            throw Refusal(.invalidTagID, "\(follower.openID) carries tag \(id), which the account does not have")
        }
        try RemarkRules.judge(follower.remark, limit: limits.remarkBytes)
    }

    /// Throws 47001 if the token breaks a rule.
    public func judge(_ token: TokenRecord) throws(Refusal) {
        try NumberRanges.judge(token.issuedAt.seconds, in: NumberRanges.time, "issued_at")
        try NumberRanges.judge(
            token.expiresAt - token.issuedAt, in: 0...rules.lifetime, "the seconds from issued_at to expires_at")
        if let worksUntil = token.worksUntil {
            try NumberRanges.judge(worksUntil.seconds, in: NumberRanges.time, "works_until")
        }
        try NumberRanges.judge(token.forcedRefreshes.day, in: NumberRanges.period, "forced_day")
        try NumberRanges.judge(token.forcedRefreshes.count, in: 0...rules.forcedRefreshesPerDay, "forced_count")
        if let last = token.forcedRefreshes.last {
            try NumberRanges.judge(last.seconds, in: NumberRanges.time, "forced_last")
        }
        guard token.salt.count <= 64 else { throw Refusal(.dataFormatError, "the salt is longer than 64 bytes") }
    }

    /// Throws 47001 if the count breaks a rule.
    public func judge(_ counter: CallCounter) throws(Refusal) {
        guard 1...200 ~= counter.name.utf8.count else {
            throw Refusal(.dataFormatError, "the name of a count must take 1 to 200 bytes")
        }
        try NumberRanges.judge(counter.period, in: NumberRanges.period, "period")
        try NumberRanges.judge(counter.count, in: NumberRanges.count, "count")
    }
}
