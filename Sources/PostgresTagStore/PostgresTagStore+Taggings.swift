import OfficialAccount
import Synchronization
import TagStore

// Changes of many followers at once.
extension PostgresTagStore {
    public func batchTagging(_ list: OpenIDList?, tag: TagID?, for appID: AppID) async throws(Refusal) {
        try await change(.tag(tag), list, of: appID)
    }

    public func batchUntagging(_ list: OpenIDList?, tag: TagID?, for appID: AppID) async throws(Refusal) {
        try await change(.untag(tag), list, of: appID)
    }

    public func setBlacklisted(_ isBlacklisted: Bool, _ list: OpenIDList?, for appID: AppID) async throws(Refusal) {
        try await change(isBlacklisted ? .blacklist : .unblacklist, list, of: appID)
    }

    /// Returns the list if its size is allowed. If the cached limit does not allow the size, judges the list again by
    /// the limit in the database.
    private func judged(
        _ list: OpenIDList?, of appID: AppID, for effect: FollowerEffect<TagID?>
    ) async throws(Refusal) -> OpenIDList {
        let number = AccountKey(appID)
        do throws(Refusal) {
            return try OpenIDList.judged(list, limit: effect.listLimit(try await known(appID, number).limits))
        } catch {
            guard error.code == .invalidOpenIDListSize else { throw error }
        }
        accountCache.withLock { $0[appID] = nil }
        return try OpenIDList.judged(list, limit: effect.listLimit(try await known(appID, number).limits))
    }

    private func change(
        _ asked: FollowerEffect<TagID?>, _ list: OpenIDList?, of appID: AppID
    ) async throws(Refusal) {
        let list = try await judged(list, of: appID, for: asked)
        let effect = try asked.replacingKey { tag throws(Refusal) -> TagID in
            guard let tag else { throw .tagMissing }
            return tag
        }
        let number = AccountKey(appID)
        if let machine = machines?.missing(for: .account(number)) {
            throw .cannotWrite(DatabaseError.away(machine).description)
        }
        guard list.malformed == nil else { return try await changeAlone(effect, list, of: appID) }
        let openIDs: [OpenID]
        switch taggings.withLock({ $0.claim(list.openIDs, of: appID) }) {
        case .claimed(let unique): openIDs = unique
        case .conflict(let openID):
            try await judge(effect, list, of: appID)
            throw .inFlight(openID)
        }
        if effect.key == nil {
            defer { taggings.withLock { $0.release(openIDs, of: appID) } }
            return try await changeAlone(effect, list, of: appID)
        }
        let outcome = await withCheckedContinuation { answer in
            submit(
                TaggingQueue.Call(
                    effect: effect, appID: appID, machine: machines?.machine(of: number), list: list, openIDs: openIDs,
                    answer: answer))
        }
        try outcome.get()
    }

    // MARK: In groups

    private var writerLimits: TaggingQueue.Limits {
        TaggingQueue.Limits(all: options.writers, each: machines?.share.writers ?? options.writers)
    }

    private func submit(_ call: TaggingQueue.Call) {
        let limits = writerLimits
        let (isTooMuch, writer) = taggings.withLock { queue in
            queue.count >= 10_000 ? (true, nil) : (false, queue.append(call, atOnce: limits))
        }
        if isTooMuch { return answer(call, .failure(.cannotWrite("too many calls wait for the database"))) }
        if let writer { start(writer) }
    }

    private func start(_ writer: TaggingQueue.Writer, isLast: Bool = false) {
        pool.submit(for: writer.machine, isLast: isLast) { [self] in write(as: writer, $0) }
    }

    /// Writes the next group for `writer`, then starts the writer of the following group. If `connection` is an error,
    /// answers every waiting call with the error.
    private func write(as writer: TaggingQueue.Writer, _ connection: Result<Connection, DatabaseError>) {
        var hasConnection = false
        switch connection {
        case .success(let connection):
            hasConnection = true
            if let group = taggings.withLock({ $0.next(for: writer) }) { write(group, on: connection) }
        case .failure(let error):
            note(error)
            refuseWaiting(for: nil, error)
        }
        let limits = writerLimits
        if let next = taggings.withLock({ $0.turn(after: writer, atOnce: limits) }) {
            start(next, isLast: hasConnection)
        }
    }

    /// Answers the calls that wait for `machine` with `error`. If `machine` is nil, answers all waiting calls.
    func refuseWaiting(for machine: String?, _ error: DatabaseError) {
        for call in taggings.withLock({ $0.removeWaiting(for: machine) }) {
            answer(call, .failure(.cannotWrite(DatabaseSchema.explanation(error))))
        }
    }

    private func write(_ group: TaggingQueue.Group, on connection: Connection) {
        guard let account = accountCache.withLock({ $0[group.appID] }) else { return changeEachAlone(group.calls) }
        let id = options.changeID()
        let start = options.now()
        guard let result = served(group, on: connection, { try outcome(of: group, account, id: id, on: $0) }) else {
            return
        }
        switch result {
        case .success(.stale), .success(nil):
            accountCache.withLock { $0[group.appID] = nil }
            changeEachAlone(group.calls)
        case .success(.applied(let keys)):
            note(nil)
            measured.withLock { vitals in
                vitals.groupSizes.record(Double(group.calls.count))
                vitals.commits.record((options.now() - start) / .seconds(1))
            }
            var others: [TaggingQueue.Call] = []
            for (number, call) in group.calls.enumerated() {
                if keys[number] != nil { answer(call, .success(())) } else { others.append(call) }
            }
            foldLater(keys.values, of: AccountKey(group.appID))
            changeEachAlone(others)
        case .failure(let error):
            let error = error as? DatabaseError ?? DatabaseError(.unusable, "\(error)")
            if error.endsConnection { connection.abandon() }
            meet(error, of: AccountKey(group.appID), while: "writing taggings")
            // If the database answered with one of these errors, the statement has changed nothing.
            if error.isWorthRepeating || error.leavesNoDoubt { return changeEachAlone(group.calls) }
            Task { await findOut(group, id: id, after: error) }
        }
    }

    /// Runs `body` for a group. Returns nil if the machine of the group does not answer. The calls of the group then
    /// already have their answer.
    private func served<Value>(
        _ group: TaggingQueue.Group, on connection: Connection, _ body: (Connection) throws -> Value
    ) -> Result<Value, any Error>? {
        guard let machines, let machine = group.machine else { return Result { try body(connection) } }
        let groupCall = MachineCall(machine) { [self] error in
            for call in group.calls { answer(call, .failure(.cannotWrite(error.description))) }
        }
        return machines.serve(groupCall, on: connection, body)
    }

    private func outcome(
        of group: TaggingQueue.Group, _ account: KnownAccount, id: Int64, on connection: Connection
    ) throws(DatabaseError) -> GroupStatement.Outcome? {
        if connection.dialect.waitShortly != nil, taggings.withLock({ $0.isOptimistic(group.appID) }) {
            if let outcome = try GroupStatement.run(group, account, id: id, isOptimistic: true, on: connection) {
                return outcome
            }
            taggings.withLock { $0.noteConflict(group.appID) }
        }
        return try GroupStatement.run(group, account, id: id, isOptimistic: false, on: connection)
    }

    /// After the database's answer to a group was lost, finds out which calls of the group were applied. Answers these
    /// calls, and applies the other calls one by one.
    private func findOut(_ group: TaggingQueue.Group, id: Int64, after error: DatabaseError) async {
        do throws(Refusal) {
            let made = Set(try await callsMade(AccountKey(group.appID), id, after: error) ?? [])
            var others: [TaggingQueue.Call] = []
            for (number, call) in group.calls.enumerated() {
                if made.contains(number + 1) { answer(call, .success(())) } else { others.append(call) }
            }
            changeEachAlone(others)
        } catch {
            for call in group.calls { answer(call, .failure(error)) }
        }
    }

    private func answer(_ call: TaggingQueue.Call, _ result: Result<Void, Refusal>) {
        taggings.withLock { $0.release(call.openIDs, of: call.appID) }
        call.answer.resume(returning: result)
    }

    /// Judges and applies each call in a transaction of its own.
    private func changeEachAlone(_ calls: [TaggingQueue.Call]) {
        for call in calls {
            Task {
                do throws(Refusal) {
                    try await changeAlone(call.effect, call.list, of: call.appID)
                    answer(call, .success(()))
                } catch {
                    answer(call, .failure(error))
                }
            }
        }
    }

    // MARK: Alone

    /// Judges a change by each rule in the order that ``TagStore`` promises, and makes the change.
    func changeAlone(_ effect: FollowerEffect<TagID>, _ list: OpenIDList, of appID: AppID) async throws(Refusal) {
        let number = AccountKey(appID)
        let flipID = options.changeID()
        let limits = limits
        let key = try await change(number) { connection -> Int? in
            let judged = try connection.judge(effect, list, of: appID, number, limits: limits)
            return try connection.apply(effect, judged, flipID: flipID, number)
        }
        if let key { foldLater([key], of: number) }
    }

    /// Judges a change by the rules that come before 45169, a conflict with another call. Throws if the change breaks
    /// one of these rules.
    private func judge(_ effect: FollowerEffect<TagID>, _ list: OpenIDList, of appID: AppID) async throws(Refusal) {
        let number = AccountKey(appID)
        let limits = limits
        try await read(.account(number)) { connection in
            _ = try connection.judge(effect, list, of: appID, number, limits: limits)
        }
    }
}

/// A change that has passed `judge`, with the account's limits and the followers to change.
private struct JudgedChange {
    let limits: Limits
    /// The followers in the order of the list.
    let openIDs: [OpenID]
    /// The change, with the key of the tag instead of its id.
    let effect: FollowerEffect<Int>
}

extension Connection {
    /// Judges the size of the list, the tag and the openids. Throws 40013, 40032, 45159, 40003 or 49003.
    fileprivate func judge(
        _ effect: FollowerEffect<TagID>, _ list: OpenIDList, of appID: AppID, _ number: AccountKey, limits: Limits
    ) throws -> JudgedChange {
        guard let account = try account(appID, number)?.account else { throw Refusal.unknownAccount(appID) }
        let limits = account.limits.applied(to: limits)
        _ = try OpenIDList.judged(list, limit: effect.listLimit(limits))
        let names = try tagNames(number)
        let effect = try effect.replacingKey { tag throws(Refusal) -> Int in try names.entry(tag).key }
        var followers: [OpenID: StoredFollower] = [:]
        for row in try self.followers(Statements.followers, Set(list.openIDs), number) { followers[row.openID] = row }
        for openID in list.openIDs where followers[openID]?.isFollowing != true {
            try refuse(notFollowing: openID, appID, number)
        }
        if let malformed = list.malformed { throw Refusal.malformed(malformed.text, position: malformed.position) }
        return JudgedChange(limits: limits, openIDs: list.openIDs, effect: effect)
    }

    /// Locks the followers, judges how many tags each of them carries, and makes the change. Throws 45169, 40003, 45159
    /// or 45059.
    ///
    /// Returns the key of the tag whose carriers changed; nil if the carriers of no tag changed.
    fileprivate func apply(
        _ effect: FollowerEffect<TagID>, _ change: JudgedChange, flipID: Int64, _ number: AccountKey
    ) throws -> Int? {
        // `follow` and `unfollow` lock the account before any follower. The same order here prevents a deadlock.
        if effect.key == nil { try run(Statements.lockAccount, [number.parameter]) }
        var held: [OpenID: StoredFollower] = [:]
        for row in try followers(Statements.claimFollowers, Set(change.openIDs), number) { held[row.openID] = row }
        for openID in change.openIDs where held[openID] == nil { throw Refusal.inFlight(openID) }
        // A follower may have left after `judge` read the followers.
        for openID in change.openIDs where held[openID]?.isFollowing != true { throw Refusal.left(openID) }
        // This reads the tags again, because the followers may carry a tag that another node created after `judge`.
        let names = try tagNames(number)
        if let tag = effect.key { _ = try names.entry(tag) }
        switch change.effect {
        case .blacklist, .unblacklist:
            let isBlacklisted = change.effect == .blacklist
            let changed = held.values.filter { $0.isBlacklisted != isBlacklisted }.map(\.openID)
            guard !changed.isEmpty else { return nil }
            try run(Statements.setBlacklisted, [number.parameter, .openIDs(changed), .bool(isBlacklisted)])
            try run(
                Statements.setBlacklistCount, [number.parameter, .int(isBlacklisted ? changed.count : -changed.count)])
            return nil
        case .tag(let key):
            let live = Set(names.entries.map(\.key))
            let limit = change.limits.tagsPerFollower
            for openID in change.openIDs {
                guard let follower = held[openID], !follower.keys.contains(key) else { continue }
                guard follower.keys.count(where: live.contains) < limit else {
                    throw Refusal.tooManyTags(openID, limit: limit)
                }
            }
            // The new list of keys also leaves out the keys of deleted tags, because the statement writes the row
            // anyway.
            return try set(
                held.values.filter { !$0.keys.contains(key) }, key, step: 1, flipID: flipID, number
            ) { $0.filter(live.contains) + [key] }
        case .untag(let key):
            return try set(
                held.values.filter { $0.keys.contains(key) }, key, step: -1, flipID: flipID, number
            ) { $0.filter { $0 != key } }
        }
    }

    private func set(
        _ followers: [StoredFollower], _ key: Int, step: Int, flipID: Int64, _ number: AccountKey,
        _ tags: ([Int]) -> [Int]
    ) throws(DatabaseError) -> Int? {
        guard !followers.isEmpty else { return nil }
        var requests = followers.map {
            Request(Statements.setTags, [number.parameter, .text($0.openID.description), .ints(tags($0.keys))])
        }
        requests += Flips.insertions(of: [key: followers.map(\.ordinal)], sign: step, id: flipID, number)
        for answer in try run(requests) { _ = try answer.get() }
        return key
    }
}
