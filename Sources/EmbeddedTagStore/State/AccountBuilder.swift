import OfficialAccount
import TagStore

/// Builds the accounts of an import from its records.
struct AccountBuilder {
    private let limits: Limits
    private let seed: UInt64
    private let isTaken: @Sendable (AppID) -> Bool
    var images: [AccountImage] = []
    private(set) var counters: [CallCounter] = []
    private var tokens: Set<Fingerprint> = []

    /// - Parameter isTaken: returns whether there is an account with this appid.
    init(limits: Limits, seed: UInt64, isTaken: @escaping @Sendable (AppID) -> Bool) {
        self.limits = limits
        self.seed = seed
        self.isTaken = isTaken
    }

    mutating func take(_ record: StateRecord) throws(Refusal) {
        switch record {
        case .account(let state): try take(state)
        case .followers(let followers):
            let image = try current()
            for follower in followers { try take(follower, into: image) }
        case .token(let token):
            let image = try current()
            guard token.appID == image.account.appID, tokens.insert(token.fingerprint).inserted else {
                throw Self.contradiction("a token comes twice or belongs to another account")
            }
            image.tokens[token.kind, default: []].append(token)
        case .counter(let counter):
            guard counter.appID == (try current()).account.appID else {
                throw Self.contradiction("a count belongs to another account")
            }
            counters.append(counter)
        }
    }

    private mutating func take(_ state: AccountState) throws(Refusal) {
        let appID = state.account.appID
        guard !isTaken(appID), !images.contains(where: { $0.account.appID == appID }) else {
            throw .appIDTaken(appID)
        }
        let image = AccountImage(number: 0, account: state.account, limits: limits, seed: seed)
        for (index, tag) in state.tags.enumerated() {
            let slot = index + 1
            guard slot < TagWord.slots, tag.id >= .firstCreated, tag.id < state.nextTagID,
                image.tags.slot(of: tag.id) == nil
            else { throw Self.contradiction("tag \(tag.id) of \(appID) comes twice or has no place") }
            image.tags.insert(TagTable.Entry(id: tag.id, name: tag.name, slot: TagSlot(slot)))
        }
        guard state.nextTagID >= .firstCreated else {
            throw Self.contradiction("the next tag of \(appID) would have a reserved id")
        }
        image.tags.reserve(before: state.nextTagID)
        images.append(image)
    }

    private mutating func take(_ follower: FollowerState, into image: AccountImage) throws(Refusal) {
        guard image.followers.count < FollowerTable.capacity else {
            throw .tooManyFollowers(limit: FollowerTable.capacity)
        }
        guard image.followers.ordinal(of: follower.openID) == nil else {
            throw Self.contradiction("follower \(follower.openID) of \(image.account.appID) comes twice")
        }
        var word: TagWord = 0
        for id in follower.tagIDs {
            guard let slot = image.tags.slot(of: id) else {
                throw Self.contradiction(
                    "follower \(follower.openID) carries tag \(id), which the account does not have")
            }
            word.insert(slot)
        }
        var flags: FollowerFlags = []
        if follower.isFollowing { flags.insert(.following) }
        if follower.isBlacklisted { flags.insert(.blacklisted) }
        let ordinal = image.followers.append(
            follower.openID, since: UInt32(clamping: follower.since.seconds), flags: flags, word: word)
        if !follower.remark.isEmpty { image.remarks[ordinal] = follower.remark }
    }

    private func current() throws(Refusal) -> AccountImage {
        guard let image = images.last else { throw Self.contradiction("the state does not begin with an account") }
        return image
    }

    private static func contradiction(_ what: String) -> Refusal {
        Refusal(.dataFormatError, "\(what); nothing was imported")
    }
}
