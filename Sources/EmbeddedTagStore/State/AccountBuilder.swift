import OfficialAccount
import TagStore

/// Builds the accounts of an import from the records of the import.
struct AccountBuilder {
    private let limits: Limits
    private let seed: UInt64
    private let isTaken: @Sendable (AppID) -> Bool
    var images: [AccountImage] = []
    private(set) var counters: [CallCounter] = []
    /// The tokens in the order of the import. Each token has the line of its record; nil for a record that comes from
    /// no file.
    private(set) var tokens: [(fingerprint: Fingerprint, line: Int?)] = []
    private var fingerprints: Set<Fingerprint> = []
    /// The names of the counters that the last account of ``images`` has so far.
    private var counted: Set<String> = []
    /// The line of each account's record, for the accounts that come from a file.
    private(set) var lines: [AppID: Int] = [:]

    /// - Parameter isTaken: returns whether an appid belongs to a present account that the import does not replace. The
    ///   import refuses such an appid.
    init(limits: Limits, seed: UInt64, isTaken: @escaping @Sendable (AppID) -> Bool) {
        self.limits = limits
        self.seed = seed
        self.isTaken = isTaken
    }

    /// - Parameter line: the line of the record, or of the first follower in the record; nil if the record comes from
    ///   no file.
    mutating func take(_ record: StateRecord, line: Int?) throws(Refusal) {
        switch record {
        case .account(let state): try take(state, line)
        case .followers(let followers):
            let image = try current(line)
            for (offset, follower) in followers.enumerated() {
                try take(follower, into: image, line.map { $0 + offset })
            }
        case .token(let token):
            let image = try current(line)
            guard token.appID == image.account.appID, fingerprints.insert(token.fingerprint).inserted else {
                throw .tokenTwice(line: line)
            }
            tokens.append((token.fingerprint, line))
            image.tokens[token.kind, default: []].append(token)
        case .counter(let counter):
            guard counter.appID == (try current(line)).account.appID else { throw .countOfAnother(line: line) }
            guard counted.insert(counter.name).inserted else { throw .countTwice(counter.name, line: line) }
            counters.append(counter)
        }
    }

    private mutating func take(_ state: AccountState, _ line: Int?) throws(Refusal) {
        let appID = state.account.appID
        guard !isTaken(appID), !images.contains(where: { $0.account.appID == appID }) else {
            throw .appIDTaken(appID).inLine(line)
        }
        let image = AccountImage(number: 0, account: state.account, limits: limits, seed: seed)
        for (index, tag) in state.tags.enumerated() {
            let slot = index + 1
            guard slot < TagWord.slots, tag.id >= .firstCreated, tag.id < state.nextTagID,
                image.tags.slot(of: tag.id) == nil
            else { throw .tagTwice(tag.id, of: appID, line: line) }
            image.tags.insert(TagTable.Entry(id: tag.id, name: tag.name, slot: TagSlot(slot)))
        }
        guard state.nextTagID >= .firstCreated else { throw .reservedNextTag(of: appID, line: line) }
        image.tags.reserve(before: state.nextTagID)
        images.append(image)
        lines[appID] = line
        counted = []
    }

    private mutating func take(
        _ follower: FollowerState, into image: AccountImage, _ line: Int?
    ) throws(Refusal) {
        guard image.followers.count < FollowerTable.capacity else {
            throw .tooManyFollowers(limit: FollowerTable.capacity).inLine(line)
        }
        guard image.followers.ordinal(of: follower.openID) == nil else {
            throw .followerTwice(follower.openID, of: image.account.appID, line: line)
        }
        var word: TagWord = 0
        for id in follower.tagIDs {
            guard let slot = image.tags.slot(of: id) else {
                throw .followerCarriesUnknown(id, follower.openID, line: line)
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

    private func current(_ line: Int?) throws(Refusal) -> AccountImage {
        guard let image = images.last else { throw .noAccountBefore(line: line) }
        return image
    }
}
