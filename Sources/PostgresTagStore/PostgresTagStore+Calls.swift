import OfficialAccount
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
            count = CASE WHEN $6::boolean OR present.period NOT BETWEEN excluded.period AND excluded.period + 1
                    THEN excluded.count
                WHEN present.period = excluded.period THEN present.count + excluded.count ELSE present.count END,
            period = CASE WHEN $6::boolean OR present.period > excluded.period + 1 THEN excluded.period
                ELSE greatest(present.period, excluded.period) END
        RETURNING period, count
        """)
    static let counters = Statement("counters", "SELECT appid, name, period, count FROM counter")
    static let putCall = Statement(
        "put refused call",
        """
        INSERT INTO refused_call (account, rid, record) VALUES ($1, $2, $3)
        ON CONFLICT (account, rid) DO UPDATE SET record = excluded.record
        """)
    static let call = Statement("refused call", "SELECT rid, record FROM refused_call WHERE rid = $1")
    /// Deletes by rid, because a rid begins with the time of its call.
    static let forget = Statement(
        "forget refused calls",
        """
        DELETE FROM refused_call
        WHERE rid < (SELECT rid FROM refused_call ORDER BY rid DESC OFFSET $1 LIMIT 1)
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

    func counters() throws(DatabaseError) -> [CallCounter] {
        let rows = try run(CallStatements.counters)
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
        // Counts on one shard need a transaction on one machine only. A machine that does not answer delays only its
        // own counts.
        let shards = Dictionary(grouping: sorted) { map.shard(of: AccountKey($0.appID)) ?? 0 }
        var counters: [CallCounter] = []
        var failure: Refusal?
        for (_, some) in shards.sorted(by: { $0.key < $1.key }) {
            do throws(Refusal) { counters += try await addTogether(some) } catch { failure = error }
        }
        if counters.isEmpty, let failure { throw failure }
        return counters
    }

    /// Adds to the counts in one transaction.
    private func addTogether(_ sorted: [CounterAddition]) async throws(Refusal) -> [CallCounter] {
        guard let first = sorted.first else { return [] }
        return try await change(AccountKey(first.appID)) { connection in
            let requests = sorted.map {
                Request(
                    CallStatements.addToCounter,
                    [
                        AccountKey($0.appID).parameter, .text($0.name), .text($0.appID.rawValue), .int($0.period),
                        .int($0.step), .bool($0.startsAnew),
                    ])
            }
            return try zip(sorted, try connection.run(requests)).map { addition, answer in
                let rows = try answer.get()
                return CallCounter(
                    appID: addition.appID, name: addition.name, period: Int64(try rows.int(0, 0)),
                    count: try rows.int(0, 1))
            }
        }
    }

    public func counters() async throws(Refusal) -> [CallCounter] {
        // The next addition returns what other nodes have counted, so a missing machine need not make the start fail.
        guard machines?.missing(for: .every) == nil else { return [] }
        return try await read(.every) { try $0.counters() }
    }

    public func note(_ calls: [RefusedCall]) async throws(Refusal) {
        guard !calls.isEmpty else { return }
        let kept = limits.refusedCallsKept
        let calls = calls.filter { machines?.missing(for: .account(AccountKey($0.appID))) == nil }
        let forgets = machines?.missing(for: .every) == nil
        try await read(.copies) { connection in
            let requests = calls.map { call in
                Request(
                    CallStatements.putCall,
                    [
                        AccountKey(call.appID).parameter, .text(call.rid),
                        .text(
                            StoredJSON.of(
                                KeptCall(
                                    appID: call.appID, time: call.time, milliseconds: call.milliseconds,
                                    query: call.query, requestBody: call.requestBody, answer: call.answer,
                                    address: call.address))),
                    ])
            }
            for answer in try connection.run(requests) { _ = try answer.get() }
            if forgets { try connection.run(CallStatements.forget, [.int(kept - 1)]) }
        }
    }

    public func refusedCall(rid: String) async throws(Refusal) -> RefusedCall? {
        try await read(.every) { connection in
            let rows = try connection.run(CallStatements.call, [.text(rid)])
            guard rows.count > 0 else { return nil }
            let kept = try rows.json(KeptCall.self, 0, 1)
            return RefusedCall(
                rid: rows.text(0, 0), appID: kept.appID, time: kept.time, milliseconds: kept.milliseconds,
                query: kept.query, requestBody: kept.requestBody, answer: kept.answer, address: kept.address)
        }
    }
}
