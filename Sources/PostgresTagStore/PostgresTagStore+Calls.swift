import Logging
import OfficialAccount
import Synchronization
import TagStore

/// A refused call as the database stores it.
private struct KeptCall: Codable {
    let appID: AppID
    let time: UnixTime
    let milliseconds: Int
    let query: String
    let requestBody: String
    let answer: String
    let address: String

    init(_ call: RefusedCall) {
        appID = call.appID
        time = call.time
        milliseconds = call.milliseconds
        query = call.query
        requestBody = call.requestBody
        answer = call.answer
        address = call.address
    }
}

extension RefusedCall {
    /// Returns nil if there is no row.
    fileprivate init?(_ rows: ResultRows) throws(DatabaseError) {
        guard rows.count > 0 else { return nil }
        let kept = try rows.json(KeptCall.self, 0, 1)
        self.init(
            rid: rows.text(0, 0), appID: kept.appID, time: kept.time, milliseconds: kept.milliseconds,
            query: kept.query, requestBody: kept.requestBody, answer: kept.answer, address: kept.address)
    }
}

private enum CallStatements {
    static let putCounter = Statement(
        "put counter",
        """
        INSERT INTO counter (account, name, appid, period, count) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (account, name) DO UPDATE SET period = excluded.period, count = excluded.count
        """)
    /// Adds to a count as ``CounterAddition/added(to:)`` describes.
    static let addToCounter = Statement(
        "add to counter",
        """
        INSERT INTO counter AS present (account, name, appid, period, count) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (account, name) DO UPDATE SET
            count = CASE WHEN $6::boolean OR present.period < excluded.period THEN excluded.count
                WHEN present.period = excluded.period THEN present.count + excluded.count ELSE present.count END,
            period = CASE WHEN $6::boolean THEN excluded.period
                ELSE greatest(present.period, excluded.period) END
        RETURNING period, count
        """)
    /// Reads the clock of the database, in seconds since 1970.
    static let time = Statement("time", "SELECT extract(epoch FROM clock_timestamp())::bigint")
    static let counters = Statement("counters", "SELECT appid, name, period, count FROM counter")
    static let countersOfAccount = Statement(
        "counters of an account", "SELECT appid, name, period, count FROM counter WHERE account = $1 ORDER BY name")
    static let putCall = Statement(
        "put refused call",
        """
        INSERT INTO refused_call (account, rid, record) VALUES ($1, $2, $3)
        ON CONFLICT (account, rid) DO UPDATE SET record = excluded.record
        """)
    static let call = Statement("refused call", "SELECT rid, record FROM refused_call WHERE rid = $1")
    static let callOfAccount = Statement(
        "refused call of an account", "SELECT rid, record FROM refused_call WHERE account = $1 AND rid = $2")
    /// Deletes all refused calls of an account except the latest `$2 + 1`. A rid begins with the time of its call, so
    /// the latest calls have the greatest rids.
    static let forget = Statement(
        "forget refused calls",
        """
        DELETE FROM refused_call WHERE account = $1
            AND rid < (SELECT rid FROM refused_call WHERE account = $1 ORDER BY rid DESC OFFSET $2 LIMIT 1)
        """)
}

extension Connection {
    func put(_ counters: [CallCounter]) throws(DatabaseError) {
        let requests = counters.map {
            Request(
                CallStatements.putCounter,
                [
                    AccountKey($0.appID).parameter, .text($0.name), .text($0.appID.rawValue), .int($0.period),
                    .int($0.count),
                ])
        }
        for answer in try run(requests) { _ = try answer.get() }
    }

    /// Adds to counts, and returns each new count in the order of `additions`.
    fileprivate func add(_ additions: [CounterAddition]) throws(DatabaseError) -> [CallCounter] {
        let requests = additions.map {
            Request(
                CallStatements.addToCounter,
                [
                    AccountKey($0.appID).parameter, .text($0.name), .text($0.appID.rawValue), .int($0.period),
                    .int($0.step), .bool($0.startsAnew),
                ])
        }
        let answers = try run(requests)
        var sums: [CallCounter] = []
        for (addition, answer) in zip(additions, answers) {
            let rows = try answer.get()
            sums.append(
                CallCounter(
                    appID: addition.appID, name: addition.name, period: Int64(try rows.int(0, 0)),
                    count: try rows.int(0, 1)))
        }
        return sums
    }

    /// Repeats those of `additions` that must replace the later count in `sums`, and puts the new counts into `sums`.
    /// Returns whether there was such a count.
    ///
    /// The clock of the database decides which counts are too late, because all nodes share it.
    fileprivate func replaceLaterCounts(
        among sums: inout [CallCounter], of additions: [CounterAddition]
    ) throws(DatabaseError) -> Bool {
        guard zip(additions, sums).contains(where: { $0.period < $1.period }) else { return false }
        let now = UnixTime(seconds: Int64(try run(CallStatements.time).int(0, 0)))
        let replacing = sums.indices.filter { additions[$0].replaces(sums[$0], at: now) }
        guard !replacing.isEmpty else { return false }
        for (index, sum) in zip(replacing, try add(replacing.map { additions[$0].replacement })) { sums[index] = sum }
        return true
    }

    /// Returns the counts of one account or third-party platform, sorted by name. If `account` is nil, returns all
    /// counts in any order.
    func counters(of account: AccountKey?) throws(DatabaseError) -> [CallCounter] {
        let rows =
            if let account {
                try run(CallStatements.countersOfAccount, [account.parameter])
            } else {
                try run(CallStatements.counters)
            }
        var counters: [CallCounter] = []
        for row in 0..<rows.count {
            counters.append(
                CallCounter(
                    appID: AppID(rows.text(row, 0)), name: rows.text(row, 1), period: Int64(try rows.int(row, 2)),
                    count: try rows.int(row, 3)))
        }
        return counters
    }
}

// The counts of calls, and the records of refused calls.
extension PostgresTagStore {
    public func add(_ additions: [CounterAddition]) async throws(Refusal) -> [CallCounter] {
        // Every node uses the same order, so that two nodes cannot deadlock.
        let sorted = additions.sorted { ($0.appID.rawValue, $0.name) < ($1.appID.rawValue, $1.name) }
        guard let map = machines?.map else { return try await addTogether(sorted) }
        // Each transaction changes the counts of only one shard, and a shard lies on one machine. So a machine that
        // does not answer delays only the counts on that machine.
        let shards = Dictionary(grouping: sorted) { map.shard(of: AccountKey($0.appID)) ?? 0 }
        var counters: [CallCounter] = []
        var failure: Refusal?
        for (_, some) in shards.sorted(by: { $0.key < $1.key }) {
            do throws(Refusal) { counters += try await addTogether(some) } catch { failure = error }
        }
        if counters.isEmpty, let failure { throw failure }
        return counters
    }

    /// Makes all additions in one transaction.
    private func addTogether(_ sorted: [CounterAddition]) async throws(Refusal) -> [CallCounter] {
        guard let first = sorted.first else { return [] }
        let (sums, hasReplaced) = try await change(AccountKey(first.appID)) { connection in
            var sums = try connection.add(sorted)
            let hasReplaced = try connection.replaceLaterCounts(among: &sums, of: sorted)
            return (sums, hasReplaced)
        }
        if hasReplaced { faults.noteLaterCount() }
        return sums
    }

    public func counters() async throws(Refusal) -> [CallCounter] {
        // A node reads the counts when it starts, and a machine that does not answer must not make the start fail. The
        // next addition to a count returns what other nodes have counted.
        guard machines?.missing(for: .every) == nil else { return [] }
        return try await read(.every) { try $0.counters(of: nil) }
    }

    public func counters(of appID: AppID) async throws(Refusal) -> [CallCounter] {
        let number = AccountKey(appID)
        return try await read(.account(number)) { try $0.counters(of: number) }
    }

    public func note(_ calls: [RefusedCall]) async throws(Refusal) {
        let numbered = calls.map { (number: AccountKey($0.appID), call: $0) }
        refusedAccounts.withLock { $0.formUnion(numbered.map { $0.number }) }
        var failure: Refusal?
        for some in byMachine(numbered, of: { $0.number }) {
            // The store does not have to keep every refused call. So it drops calls for accounts on a machine that does
            // not answer.
            guard machines?.missing(for: .account(some[0].number)) == nil else { continue }
            let requests = some.map { number, call in
                Request(
                    CallStatements.putCall,
                    [number.parameter, .text(call.rid), .text(StoredJSON.of(KeptCall(call)))])
            }
            do throws(Refusal) {
                try await read(.account(some[0].number)) { connection in
                    for answer in try connection.run(requests) { _ = try answer.get() }
                }
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    public func refusedCall(rid: String) async throws(Refusal) -> RefusedCall? {
        try await read(.every) { try RefusedCall($0.run(CallStatements.call, [.text(rid)])) }
    }

    public func refusedCall(rid: String, askedBy appID: AppID) async throws(Refusal) -> RefusedCall? {
        let number = AccountKey(appID)
        let own = try await read(.account(number)) {
            try RefusedCall($0.run(CallStatements.callOfAccount, [number.parameter, .text(rid)]))
        }
        if let own { return own }
        return try await search(Request(CallStatements.call, [.text(rid)])) { try RefusedCall($0) } ?? nil
    }

    /// Forgets the oldest refused calls of the accounts for which this node has noted calls. If a machine does not
    /// answer, only the accounts on that machine wait for the next attempt.
    func forgetRefusedCalls() async {
        let accounts = refusedAccounts.withLock { accounts in
            defer { accounts = [] }
            return Array(accounts)
        }
        let kept = Parameter.int(limits.refusedCallsKeptPerAccount - 1)
        for some in byMachine(accounts, of: { $0 }) {
            do {
                try await run(.account(some[0])) { connection in
                    let requests = some.map { Request(CallStatements.forget, [$0.parameter, kept]) }
                    for answer in try connection.run(requests) { _ = try answer.get() }
                }
            } catch {
                refusedAccounts.withLock { $0.formUnion(some) }
                logger.debug("refused calls could not be forgotten", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// Returns the values grouped by the machine of their account. No group is empty.
    private func byMachine<Value>(_ values: [Value], of account: (Value) -> AccountKey) -> [[Value]] {
        let map = machines?.map
        let groups = Dictionary(grouping: values) { map?.machine(of: account($0)) ?? "" }
        return groups.sorted { $0.key < $1.key }.map(\.value)
    }
}
