import OfficialAccount
import TagStore
import Testing

@testable import PostgresTagStore

/// Tests a node whose database is spread over two machines, while one of these machines is silent or dead.
@Suite struct FakeClusterTests {
    /// Rules with such long times that a node does not give up a silent machine during a test.
    private static let patient = MachineRules(patience: .seconds(600), answer: .seconds(600))

    // MARK: Shares

    @Test func `calls for one machine leave connections for the other machine's calls`() async throws {
        try await FakeCluster.with {
            $0.machines = Self.patient
        } _: { cluster in
            let (here, there) = (try FakeCluster.account(on: "a:1"), try FakeCluster.account(on: "b:1"))
            cluster.fail("b:1", with: .late)
            async let waiting = withThrowingTaskGroup { group in
                for _ in 0..<12 { group.addTask { try await cluster.store.account(there) } }
                return try await group.reduce(into: 0) { count, _ in count += 1 }
            }
            while cluster.server.asked("account") < 2 { await Task.yield() }
            for _ in 0..<20 { #expect(try await cluster.store.account(here) != nil) }
            #expect(cluster.server.asked("account") == 2 + 20, "two connections wait for b:1, and 20 calls go to a:1")
            cluster.mend()
            #expect(try await waiting == 12)
        }
    }

    // MARK: Silence

    @Test func `calls for a silent machine are refused soon, and succeed again when the machine answers`() async throws
    {
        try await FakeCluster.with { cluster in
            let (here, there) = (try FakeCluster.account(on: "a:1"), try FakeCluster.account(on: "b:1"))
            cluster.fail("b:1", with: .late)
            let reasons = try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask { try await systemErrorReason { _ = try await cluster.store.account(there) } }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            let reason =
                "the machine b:1 of the database does not answer; calls for the accounts on this machine fail until it answers"
            #expect(reasons == ["the store cannot read: \(reason)"])
            let asked = cluster.server.asked("account")
            #expect(
                try await systemErrorReason { _ = try await cluster.store.tags(of: there) }
                    == "the store cannot read: \(reason)")
            #expect(cluster.server.asked("tags") == 0, "a call for this machine is refused without asking the server")
            #expect(try await cluster.store.account(here) != nil)
            #expect(cluster.server.asked("account") == asked + 1)
            guard case .partlyWritable(let why) = await cluster.store.condition else {
                Issue.record("the node does not say that a machine is away")
                return
            }
            #expect(why.contains("b:1"), "\(why)")
            #expect(await cluster.store.vitals.sums == nil)
            cluster.mend()
            await cluster.wait(until: "b:1", answers: true)
            #expect(try await cluster.store.account(there) != nil)
            #expect(await cluster.store.condition == .writable)
        }
    }

    @Test func `if the session for questions to machines has ended, the node opens a new session and can still write`()
        async throws
    {
        try await FakeCluster.with { cluster in
            let (healthy, server) = (cluster.server.script, cluster.server)
            let asked = server.asked("shards")
            server.follow { statement, values in
                let isFirst = statement == "shards" && server.asked("shards") == asked + 1
                return isFirst ? .error("57P01", isFatal: true) : healthy(statement, values)
            }
            #expect(await cluster.store.condition == .writable)
        }
    }

    @Test func `a tagging for a silent machine is refused, even if the tagging waits for a writer`() async throws {
        try await FakeCluster.with {
            $0.writers = 2
        } _: { cluster in
            let (here, there) = (try FakeCluster.account(on: "a:1"), try FakeCluster.account(on: "b:1"))
            for appID in [here, there] { _ = try await cluster.store.known(appID, AccountKey(appID)) }
            cluster.fail("b:1", with: .late)
            let reasons = try await withThrowingTaskGroup { group in
                for number in 0..<6 {
                    group.addTask {
                        try await systemErrorReason {
                            let list = OpenIDList([FakeCluster.openID(number)])
                            try await cluster.store.batchTagging(list, tag: 100, for: there)
                        }
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(reasons.count == 1 && reasons.first?.contains("the store cannot write: the machine b:1") == true)
            // The writer is free again for the other machine. So the node judges this call, and refuses it because the
            // tag does not exist.
            await #expect(throws: Refusal.unknownTag(100)) {
                try await cluster.store.batchTagging(OpenIDList([FakeCluster.openID(9)]), tag: 100, for: here)
            }
            #expect(cluster.server.asked("commit") == 0, "a call that was answered -1 must not commit")
        }
    }

    @Test func `a change whose commit was sent is never given up`() async throws {
        try await FakeCluster.with { cluster in
            let there = try FakeCluster.account(on: "b:1")
            cluster.server.follow { [script = cluster.server.script] statement, values in
                statement == "commit" || statement == "touch" ? .late : script(statement, values)
            }
            async let counters = cluster.store.add([CounterAddition(appID: there, name: "/x", period: 1, step: 3)])
            await cluster.wait(until: "b:1", answers: false)
            cluster.mend()
            #expect(try await counters == [CallCounter(appID: there, name: "/x", period: 1, count: 3)])
            #expect(cluster.server.asked("add to counter") == 1)
        }
    }

    @Test func `a change that has not been committed is given up and never committed`() async throws {
        try await FakeCluster.with { cluster in
            let there = try FakeCluster.account(on: "b:1")
            cluster.fail("b:1", with: .late)
            let reason = try await systemErrorReason {
                _ = try await cluster.store.add([CounterAddition(appID: there, name: "/x", period: 1, step: 3)])
            }
            #expect(reason.contains("the store cannot write: the machine b:1"), "\(reason)")
            cluster.mend()
            await cluster.wait(until: "b:1", answers: true)
            #expect(cluster.server.asked("commit") == 0)
        }
    }

    @Test func `calls for a dead machine are refused as soon as one call has failed`() async throws {
        try await FakeCluster.with {
            $0.machines.patience = .seconds(600)
        } _: { cluster in
            let there = try FakeCluster.account(on: "b:1")
            cluster.fail("b:1", with: .error("08006"))
            _ = try await systemErrorReason { _ = try await cluster.store.account(there) }
            await cluster.wait(until: "b:1", answers: false)
            let asked = cluster.server.asked("account")
            _ = try await systemErrorReason { _ = try await cluster.store.account(there) }
            #expect(cluster.server.asked("account") == asked)
        }
    }

    // MARK: Calls that need one machine

    @Test(arguments: [FakeCoordinator.Answer.late, .error("08006")])
    func `a call of the admin plane for one account asks only the machine of this account`(
        answer: FakeCoordinator.Answer
    ) async throws {
        try await FakeCluster.with { cluster in
            let here = try FakeCluster.account(on: "a:1")
            cluster.fail("b:1", with: answer)
            #expect(try await cluster.store.summary(of: here)?.account.appID == here)
            #expect(try await cluster.store.counters(of: here).isEmpty)
            #expect(try await cluster.store.updateAccount(here, AccountChange()).appID == here)
            let new = Account(appID: here, kind: .service, isCertified: true, secret: .zero)
            try await cluster.store.createAccount(new)
            #expect(try await cluster.store.refusedCall(rid: "x", askedBy: here) == nil)
        }
    }

    @Test func `the clean-up of one machine does not wait for the other machine`() async throws {
        try await FakeCluster.with { cluster in
            let (here, there) = (try FakeCluster.account(on: "a:1"), try FakeCluster.account(on: "b:1"))
            func call(of appID: AppID) -> RefusedCall {
                RefusedCall(
                    rid: "x", appID: appID, time: UnixTime(seconds: 1), milliseconds: 1, query: "", requestBody: "",
                    answer: "", address: "")
            }
            try await cluster.store.note([call(of: here), call(of: there)])
            #expect(cluster.server.asked("forget refused calls") == 0, "calls do not wait for the clean-up")
            cluster.fail("b:1", with: .error("08006"))
            await cluster.store.tidyUp()
            #expect(cluster.server.asked("forget refused calls") == 2)
            cluster.mend()
            await cluster.wait(until: "b:1", answers: true)
            await cluster.store.tidyUp()
            #expect(
                cluster.server.asked("forget refused calls") == 3, "the clean-up of the other machine is made later")
        }
    }

    // MARK: Searches

    @Test func `a search finds an openid that follows another account if all machines answer`() async throws {
        try await FakeCluster.with {
            $0.searchTime = .seconds(60)
        } _: { cluster in
            let here = try FakeCluster.account(on: "a:1")
            cluster.server.follow { [script = cluster.server.script] statement, values in
                statement == "followers elsewhere" ? .rows([["o"]]) : script(statement, values)
            }
            await #expect(throws: Refusal.anotherAccounts(FakeCluster.openID(1))) {
                _ = try await cluster.store.tagIDs(of: FakeCluster.openID(1), for: here)
            }
            #expect(cluster.server.asked("limit 48000 ms") == 1)
        }
    }

    @Test(arguments: [FakeCoordinator.Answer.late, .error("08006"), .error("57014")])
    func `a call with an unknown openid is answered although another machine does not answer`(
        answer: FakeCoordinator.Answer
    ) async throws {
        try await FakeCluster.with { cluster in
            let here = try FakeCluster.account(on: "a:1")
            cluster.fail("b:1", with: answer)
            for number in 0..<6 {
                await #expect(throws: Refusal.neverSeen(FakeCluster.openID(number))) {
                    _ = try await cluster.store.tagIDs(of: FakeCluster.openID(number), for: here)
                }
            }
        }
    }

    // MARK: Imports

    /// Imports `appID` with this number of tokens.
    private static func importAccount(_ appID: AppID, tokens: Int, into store: PostgresTagStore) async throws {
        let account = Account(appID: appID, kind: .service, isCertified: true, secret: .zero)
        _ = try await store.importState { sink in
            try sink.take(.account(AccountState(account: account, nextTagID: 100, tags: [])))
            for number in 0..<tokens {
                let bytes = (0..<Fingerprint.length).map { UInt8(truncatingIfNeeded: number >> ($0 % 4 * 8)) }
                let token = TokenRecord(
                    fingerprint: try #require(Fingerprint(bytes)), appID: appID, kind: .ordinary, salt: [],
                    issuedAt: UnixTime(seconds: 1), expiresAt: UnixTime(seconds: 7201), worksUntil: nil,
                    forcedRefreshes: .none)
                try sink.take(.token(token))
            }
        }
    }

    /// Makes the server refuse each new account, because an import of it needs more than this server can do.
    private static func refuseAccounts(on server: FakeCoordinator) {
        server.follow { [script = server.script] statement, values in
            statement == "take appid" ? .rows([]) : script(statement, values)
        }
    }

    @Test(arguments: [FakeCoordinator.Answer.late, .error("57014"), .error("53200")])
    func `an import changes nothing if its search for the tokens fails while all machines answer`(
        answer: FakeCoordinator.Answer
    ) async throws {
        try await FakeCluster.with {
            $0.machines = Self.patient
        } _: { cluster in
            let here = try FakeCluster.account(on: "a:1")
            cluster.server.follow { [script = cluster.server.script] statement, values in
                statement == "held tokens" ? answer : script(statement, values)
            }
            let reason = try await systemErrorReason {
                try await Self.importAccount(here, tokens: 1, into: cluster.store)
            }
            #expect(
                reason == "the store cannot read: not all machines of the database have looked for the tokens")
            #expect(cluster.server.asked("take appid") == 0)
        }
    }

    @Test func `an import looks for at most 100 tokens in one search`() async throws {
        try await FakeCluster.with {
            $0.machines = Self.patient
            $0.searchTime = .seconds(60)
        } _: { cluster in
            let here = try FakeCluster.account(on: "a:1")
            Self.refuseAccounts(on: cluster.server)
            for (tokens, searches) in [(0, 0), (1, 1), (100, 2), (250, 5)] {
                await #expect(throws: Refusal.appIDTaken(here)) {
                    try await Self.importAccount(here, tokens: tokens, into: cluster.store)
                }
                #expect(cluster.server.asked("held tokens") == searches, "the searches of all imports together")
            }
        }
    }

    @Test func `an import for the other machine does not need the search for tokens while a machine is away`()
        async throws
    {
        try await FakeCluster.with { cluster in
            let (here, there) = (try FakeCluster.account(on: "a:1"), try FakeCluster.account(on: "b:1"))
            cluster.fail("b:1", with: .error("08006"))
            Self.refuseAccounts(on: cluster.server)
            _ = try await systemErrorReason { _ = try await cluster.store.account(there) }
            await cluster.wait(until: "b:1", answers: false)
            await #expect(throws: Refusal.appIDTaken(here)) {
                try await Self.importAccount(here, tokens: 1, into: cluster.store)
            }
        }
    }

    // MARK: Sums

    @Test func `the sums over all accounts are read at most every few seconds`() async throws {
        try await FakeCluster.with {
            $0.searchTime = .seconds(60)
            $0.sumsLife = .seconds(600)
        } _: { cluster in
            let sums = StoreVitals.Sums(accounts: 2, followers: 30, taggings: 400)
            for _ in 0..<3 { #expect(await cluster.store.vitals.sums == sums) }
            #expect(cluster.server.asked("vitals") == 1)
        }
    }

    @Test func `the sums are absent while a machine does not answer`() async throws {
        try await FakeCluster.with { cluster in
            cluster.fail("b:1", with: .late)
            #expect(await cluster.store.vitals.sums == nil)
            await cluster.wait(until: "b:1", answers: false)
            #expect(await cluster.store.vitals.machines.map(\.answers) == [true, false])
        }
    }
}
