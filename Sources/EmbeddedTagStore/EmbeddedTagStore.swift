import Logging
import OfficialAccount
import Synchronization
import TagStore

/// What becomes of a call that names a follower whom another call in flight is changing.
public enum ConflictPolicy: Sendable, Hashable {
    /// It is refused with 45169, as the platform does.
    case refuse
    /// It waits until the follower is free.
    case wait
}

/// The store for one machine: all state in memory, every change durable in one SQLite file.
///
/// Reads never touch the disk. A change costs its share of one sync: all that gather while one group is being synced are
/// written together as the next. One process owns the directory.
public final class EmbeddedTagStore: TagStore {
    /// How a store behaves. The defaults are the platform's.
    public struct Options: Sendable {
        public var limits = Limits()
        public var conflicts = ConflictPolicy.refuse
        /// Bytes of journal after which the followers are saved and the journal is cut.
        public var checkpointThreshold = 64 << 20
        /// What the follower directory is keyed with; random, so that nobody can choose openids that collide.
        public var directorySeed: UInt64
        /// Called inside every transaction before it is committed; what it throws undoes it. For tests.
        var willCommit: @Sendable () throws -> Void = {}

        public init(directorySeed: UInt64 = .random(in: .min ... .max)) {
            self.directorySeed = directorySeed
        }
    }

    public let limits: Limits
    private let options: Options
    let writer: Writer
    let disk: Disk
    private let owner: OwnerLock
    private let refusedCalls: RefusedCallFile
    /// The bytes of journal that opening had to replay.
    let replayedJournalBytes: Int

    /// Opens the store in `directory`, which must exist, and makes a new one if there is none.
    ///
    /// Cost: reads the whole file. Throws if another process holds the directory or the file is damaged.
    public init(directory: String, options: Options = Options(), logger: Logger) throws(StoreOpenError) {
        owner = try OwnerLock(directory: directory)
        disk = try Disk(directory: directory, willCommit: options.willCommit)
        refusedCalls = try RefusedCallFile(directory: directory, limit: options.limits.refusedCallsKept)
        let recovery = try Recovery(disk, seed: options.directorySeed)
        limits = options.limits
        replayedJournalBytes = recovery.journalBytes
        self.options = options
        let state = StoreState(
            limits: options.limits, world: recovery.world,
            checkpoint: Checkpoint(
                threshold: options.checkpointThreshold, savedCut: recovery.cut, journalBytes: recovery.journalBytes),
            lastSequence: recovery.lastSequence)
        writer = Writer(state: state, disk: disk, logger: logger)
    }

    /// Writes what has been accepted, refuses everything new, and lets the file go.
    public func close() async throws {
        writer.state.withLock { $0.isClosing = true }
        await withCheckedContinuation { writer.submit(.barrier($0)) }
        try disk.close()
        try refusedCalls.close()
        owner.release()
    }

    /// Whether changes are possible. Asking while the last one failed has the disk tried again in the background, so that a
    /// store from which traffic is kept away finds out when there is room again.
    public var condition: StoreCondition {
        let (condition, isWorthTrying) = writer.state.withLock { state in
            (state.condition, state.cannotWriteAgain == nil && state.queue.count == 0)
        }
        if condition != .writable, isWorthTrying { writer.submit(.probe) }
        return condition
    }

    /// The bytes that followers, their tags and the directory take in memory.
    public var followerBytes: Int {
        writer.state.withLock { $0.world.accounts.reduce(0) { $0 + $1.followers.allocatedBytes } }
    }

    // MARK: Accounts

    public func createAccount(_ account: Account) async throws(Refusal) {
        try await change { world throws(Refusal) in
            guard world[account.appID] == nil else {
                throw Refusal(.invalidAppID, "there is an account with the appid \(account.appID) already")
            }
            return .account(account, number: AccountNumber(world.accounts.count))
        }
    }

    public func account(_ appID: AppID) -> Account? {
        read { $0[appID]?.account }
    }

    public func accounts() -> [AccountSummary] {
        read { world in
            world.accounts.map {
                AccountSummary(
                    account: $0.account, followers: $0.followers.following, tags: $0.tags.entries.count - 1)
            }
        }
    }

    public func updateAccount(_ account: Account) async throws(Refusal) {
        try await change { world throws(Refusal) in
            _ = try world.existing(account.appID)
            return .accountUpdated(account)
        }
    }

    // MARK: Tokens

    public func issueToken(
        _ token: NewToken, for appID: AppID, at now: UnixTime, rules: TokenRules
    ) async throws(Refusal) {
        try await change { world throws(Refusal) in
            let present = try world.existing(appID).tokens[.ordinary] ?? []
            return .token(rules.issueOrdinary(token, for: appID, at: now, present: present))
        }
    }

    public func stableToken(
        for appID: AppID, at now: UnixTime, forceRefresh: Bool, candidate: NewToken, rules: TokenRules
    ) async throws(Refusal) -> TokenRecord {
        let latest = try await change { world throws(Refusal) in
            let present = try world.existing(appID).tokens[.stable] ?? []
            return rules.issueStable(candidate, for: appID, at: now, forceRefresh: forceRefresh, present: present)
                .map(StoreChange.token)
        } reading: { world, _ in
            world[appID]?.tokens[.stable]?.last
        }
        guard let latest else { throw .unknownAccount(appID) }
        return latest
    }

    public func verdict(on token: Fingerprint, at now: UnixTime) -> TokenVerdict {
        read { world in
            guard let record = world.token(token), let account = world[record.appID]?.account else { return .unknown }
            return record.verdict(at: now, of: account)
        }
    }

    // MARK: Counters

    public func saveCounters(_ counters: [CallCounter]) async throws(Refusal) {
        try await change { _ in counters.isEmpty ? nil : .counters(counters) }
    }

    public func counters() -> [CallCounter] {
        read { Array($0.counters.values) }
    }

    // MARK: Refused calls

    public func note(_ calls: [RefusedCall]) throws(Refusal) {
        do {
            try refusedCalls.note(calls)
        } catch {
            throw .cannotWrite("refused calls cannot be noted: \(error)")
        }
    }

    public func refusedCall(rid: String) throws(Refusal) -> RefusedCall? {
        do {
            return try refusedCalls.call(rid: rid)
        } catch {
            throw Refusal(.systemError, "refused calls cannot be read: \(error)")
        }
    }

    // MARK: Tags

    public func createTag(named name: String, id: TagID?, for appID: AppID) async throws(Refusal) -> TagID {
        let created = try await change { [limits] world throws(Refusal) in
            .tag(try world.existing(appID).tags.propose(named: name, id: id, limits: limits), of: appID)
        } reading: { _, change -> TagID? in
            if case .tag(let entry, _) = change { entry.id } else { nil }
        }
        guard let created else { throw .unknownAccount(appID) }
        return created
    }

    public func tags(of appID: AppID) -> [Tag] {
        read { world in
            guard let account = world[appID] else { return [] }
            return account.tags.entries.map {
                Tag(id: $0.id, name: $0.name, count: account.followers.carriers[Int($0.slot)])
            }
        }
    }

    public func renameTag(_ tag: TagID, to name: String, for appID: AppID) async throws(Refusal) {
        try await change { [limits] world throws(Refusal) in
            .tag(try world.existing(appID).tags.propose(name, for: tag, limits: limits), of: appID)
        }
    }

    public func deleteTag(_ tag: TagID, for appID: AppID) async throws(Refusal) {
        try await change { [limits] world throws(Refusal) in
            let account = try world.existing(appID)
            let entry = try account.tags.modifiable(tag)
            let carriers = account.followers.carriers[Int(entry.slot)]
            guard carriers <= limits.followersOfDeletableTag else {
                throw Refusal(
                    .tagHasTooManyFans,
                    "\(carriers) followers carry tag \(tag); untag some until \(limits.followersOfDeletableTag) are left"
                )
            }
            return .tagDeleted(entry, of: appID)
        }
    }

    public func batchTagging(_ list: OpenIDList?, tag: TagID?, for appID: AppID) async throws(Refusal) {
        try await changeFollowers(.tag(tag), list, of: appID)
    }

    public func batchUntagging(_ list: OpenIDList?, tag: TagID?, for appID: AppID) async throws(Refusal) {
        try await changeFollowers(.untag(tag), list, of: appID)
    }

    public func tagIDs(of openID: OpenID, for appID: AppID) throws(Refusal) -> [TagID] {
        try read { world throws(Refusal) in
            let account = try world.existing(appID)
            return account.tags.carried(in: account.followers.word(at: try world.following(openID, account)))
        }
    }

    public func followers(
        carrying tag: TagID?, after cursor: OpenID?, for appID: AppID
    ) throws(Refusal) -> [OpenID] {
        try read { [limits] world throws(Refusal) in
            let account = try world.existing(appID)
            guard let tag else { throw .tagMissing }
            guard let slot = account.tags.slot(of: tag) else { throw .unknownTag(tag) }
            return account.followers.openIDs(
                carrying: slot, from: try world.start(after: cursor, account), limit: limits.openIDsPerPage)
        }
    }

    // MARK: Followers

    @discardableResult
    public func follow(_ openIDs: [OpenID], of appID: AppID, at now: UnixTime) async throws(Refusal) -> Int {
        try await change { world throws(Refusal) in
            let change = try world.follow(openIDs, of: appID, at: now)
            return change.isEmpty ? nil : .followers(change)
        } reading: { _, change in
            if case .followers(let change) = change { change.arrived.count + change.returned.count } else { 0 }
        }
    }

    public func unfollow(_ openIDs: [OpenID], of appID: AppID) async throws(Refusal) {
        try await change { world throws(Refusal) in
            let change = try world.unfollow(openIDs, of: appID)
            return change.isEmpty ? nil : .followers(change)
        }
    }

    public func followers(after cursor: OpenID?, of appID: AppID) throws(Refusal) -> CountedFollowerPage {
        try read { [limits] world throws(Refusal) in
            let account = try world.existing(appID)
            return CountedFollowerPage(
                total: account.followers.following,
                openIDs: account.followers.openIDsFollowing(
                    from: try world.start(after: cursor, account), limit: limits.openIDsPerPage))
        }
    }

    public func profiles(of openIDs: [OpenID], for appID: AppID) throws(Refusal) -> [FollowerProfile] {
        try read { world throws(Refusal) in
            let account = try world.existing(appID)
            var profiles: [FollowerProfile] = []
            for openID in openIDs { profiles.append(try world.profile(of: openID, account)) }
            return profiles
        }
    }

    public func setRemark(_ remark: String, of openID: OpenID, for appID: AppID) async throws(Refusal) {
        try await change { [limits] world throws(Refusal) in
            let account = try world.existing(appID)
            guard remark.utf8.count <= limits.remarkBytes else {
                throw .remarkTooLong(remark.utf8.count, limit: limits.remarkBytes)
            }
            guard let ordinal = account.followers.ordinal(of: openID) else {
                throw world.whyNotFollowing(openID, account)
            }
            guard account.followers.flags(at: ordinal).contains(.following) else {
                throw Refusal(.requireSubscribe, "\(openID) no longer follows this account")
            }
            return .remark(remark, of: ordinal, appID)
        }
    }

    public func setBlacklisted(_ isBlacklisted: Bool, _ list: OpenIDList?, for appID: AppID) async throws(Refusal) {
        try await changeFollowers(isBlacklisted ? .blacklist : .unblacklist, list, of: appID)
    }

    public func blacklist(after cursor: OpenID?, of appID: AppID) throws(Refusal) -> CountedFollowerPage {
        try read { [limits] world throws(Refusal) in
            let account = try world.existing(appID)
            return CountedFollowerPage(
                total: account.followers.blacklisted,
                openIDs: account.followers.openIDsBlacklisted(
                    from: try world.start(after: cursor, account), limit: limits.openIDsPerBlacklistPage))
        }
    }

    // MARK: -

    private func changeFollowers(
        _ effect: FollowerEffect, _ list: OpenIDList?, of appID: AppID
    ) async throws(Refusal) {
        let outcome = await withCheckedContinuation { answer in
            writer.submit(
                SubmittedClaim(effect: effect, list: list, appID: appID, answer: answer),
                whenInFlight: options.conflicts)
        }
        try outcome.get()
    }

    private func read<Value: Sendable, Failure: Error>(
        _ body: @Sendable (World) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try writer.state.withLock { (state) throws(Failure) -> Value in try body(state.world) }
    }

    private func change(
        _ decide: @escaping @Sendable (World) throws(Refusal) -> StoreChange?
    ) async throws(Refusal) {
        try await change(decide) { _, _ in }
    }

    /// Decides a change when its turn comes, writes it, and reads what the caller wants to know from the world after it.
    private func change<Value: Sendable>(
        _ decide: @escaping @Sendable (World) throws(Refusal) -> StoreChange?,
        reading: @escaping @Sendable (World, StoreChange?) -> Value
    ) async throws(Refusal) -> Value {
        try writer.state.withLock { (state) throws(Refusal) in try state.admit() }
        let outcome: Result<Value, Refusal> = await withCheckedContinuation { answer in
            writer.submit(
                .change(
                    CommitQueue.PendingChange(decide: decide) { result, world in
                        answer.resume(returning: result.map { reading(world, $0) })
                    }))
        }
        return try outcome.get()
    }
}
