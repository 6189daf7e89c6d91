import Foundation
import Logging
import OfficialAccount
import Synchronization
import TagStore
import TestStore
import Testing

@testable import TaglineServer

/// Tests how several nodes over one store count calls. A reset on one node must reach the other nodes within a second.
@Suite struct QuotaOfNodesTests {
    private static let appID = AppID("wx0000000000000001")
    private static let account = Account(
        appID: appID, kind: .service, isCertified: true, secret: Fingerprint(of: "secret"))
    private static let owner = CallOwner.account(Caller(account: account))
    private static let endpoint = GetTags.endpoint
    private static let path = GetTags.endpoint.path
    private static let now = UnixTime(seconds: 1_700_064_000)
    private static let day = now.platformDay

    /// A clock that the test sets.
    private final class TurnedClock: Sendable {
        private let elapsed = Mutex(Duration.zero)
        private let start = ContinuousClock.now

        var now: ContinuousClock.Instant { start + elapsed.withLock { $0 } }

        func advance(by duration: Duration) { elapsed.withLock { $0 += duration } }
    }

    /// Runs `body` with two nodes over one store. Each account may call `path` three times a day.
    ///
    /// - Parameters:
    ///   - behind: the seconds by which the clock of the second node is behind.
    ///   - saved: the counts that the store has when the nodes start.
    ///   - isAlone: whether each node takes itself for the only one.
    private static func withNodes(
        perMinute: Int? = nil, behind: Int64 = 0, saved: [CallCounter] = [], isAlone: Bool = true,
        _ body: (QuotaKeeper, QuotaKeeper, TurnedClock) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "tagline-quota-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        try await TestStore.with(logger, directory: directory.path) { store in
            try await store.createAccount(account)
            if !saved.isEmpty { try await store.saveCounters(saved) }
            let clock = TurnedClock()
            var nodes: [QuotaKeeper] = []
            for time in [now, now + -behind] {
                nodes.append(
                    try await QuotaKeeper(
                        policy: QuotaPolicy(perDay: [path: 3], perMinute: perMinute.map { [path: $0] } ?? [:]),
                        store: store, surroundings: Surroundings(now: { time }), logger: logger,
                        isAlone: isAlone, instant: { clock.now }))
            }
            try await body(nodes[0], nodes[1], clock)
        }
    }

    /// Counts calls of `endpoint` on `node` until the node refuses a call. Returns the number of allowed calls.
    private static func useUp(_ node: QuotaKeeper) async -> Int {
        var count = 0
        while (try? await node.count(endpoint, by: owner)) != nil { count += 1 }
        return count
    }

    // MARK: Nodes

    @Test(arguments: [true, false])
    func `a node that refuses calls notices a reset on another node within a second`(ofAll: Bool) async throws {
        try await Self.withNodes { here, there, clock in
            #expect(await Self.useUp(here) == 3)
            await here.save()
            clock.advance(by: .milliseconds(999))
            if ofAll {
                try await there.resetAll(of: Self.appID)
            } else {
                try await there.reset(Self.path, of: Self.appID)
            }
            #expect(await Self.useUp(here) == 0, "the node asked the store less than a second ago")
            clock.advance(by: .milliseconds(1))
            #expect(await Self.useUp(here) == 3)
        }
    }

    @Test func `a reset also ends the refusals of the current minute on every node`() async throws {
        try await Self.withNodes(perMinute: 1) { here, there, clock in
            #expect(await Self.useUp(here) == 1)
            await here.save()
            clock.advance(by: .seconds(1))
            try await there.resetAll(of: Self.appID)
            #expect(await Self.useUp(here) == 1)
        }
    }

    @Test func `a node reports the calls and the resets of other nodes`() async throws {
        try await Self.withNodes { here, there, clock in
            try await here.count(Self.endpoint, by: Self.owner)
            await here.save()
            #expect(await there.quota(of: Self.path, for: Self.owner).used == 1)
            try await here.resetAll(of: Self.appID)
            clock.advance(by: .seconds(1))
            #expect(await there.quota(of: Self.path, for: Self.owner).used == 0)
        }
    }

    @Test func `a node can reset counts again after another node has set the month's number of resets to zero`()
        async throws
    {
        try await Self.withNodes { here, there, clock in
            for _ in 0..<Limits.resetsOfAllPerMonth { try await here.resetAll(of: Self.appID) }
            await #expect(throws: Refusal.self) { try await here.resetAll(of: Self.appID) }
            // The other node clears the counts of the account, as an import of the account does.
            try await there.clear([Self.appID])
            clock.advance(by: .seconds(1))
            try await here.resetAll(of: Self.appID)
        }
    }

    @Test func `concurrent saves reach the store in the order of the calls`() async throws {
        try await Self.withNodes { here, there, _ in
            for _ in 0..<10 {
                try await here.count(Self.endpoint, by: Self.owner)
                async let first: Void = here.save()
                async let second: Void = here.reset(Self.path, of: Self.appID)
                await first
                try await second
            }
            #expect(await there.quota(of: Self.path, for: Self.owner).used == 0)
        }
    }

    // MARK: Clocks

    @Test(arguments: [1, 3600, 3601, 7200, 43_200, 172_800, 3_000_000] as [Int64])
    func `a node whose clock is behind does not reset the counts of another node`(seconds: Int64) async throws {
        try await Self.withNodes(behind: seconds, isAlone: false) { here, there, clock in
            #expect(await Self.useUp(here) == 3)
            await here.save()
            for _ in 0..<2 {
                try await there.count(Self.endpoint, by: Self.owner)
                await there.save()
            }
            await there.save()
            clock.advance(by: .seconds(1))
            #expect(await Self.useUp(here) == 0)
        }
    }

    @Test func `a node that starts after the clock has gone back by a day counts calls`() async throws {
        let tomorrow = CallCounter(appID: Self.appID, name: Self.path, period: Self.day, count: 3)
        try await Self.withNodes(behind: 86_400, saved: [tomorrow]) { _, node, clock in
            #expect(await Self.useUp(node) == 3)
            await node.save()
            clock.advance(by: .seconds(1))
            #expect(await Self.useUp(node) == 0)
        }
    }

    @Test(arguments: [3601, 7200, 86_400] as [Int64])
    func `a node that starts with its clock behind keeps the counts of the other nodes`(seconds: Int64) async throws {
        let today = CallCounter(appID: Self.appID, name: Self.path, period: Self.day, count: 3)
        try await Self.withNodes(behind: seconds, saved: [today], isAlone: false) { here, there, clock in
            await there.save()
            clock.advance(by: .seconds(1))
            #expect(await Self.useUp(here) == 0)
        }
    }

    /// The database has a clock that the nodes share. The embedded store has only one node.
    @Test(.enabled(if: TestStore.isPostgres))
    func `several nodes count calls and resets after a node with its clock far ahead has stopped`() async throws {
        let far = [
            CallCounter(appID: Self.appID, name: Self.path, period: 111_800, count: 1),
            CallCounter(appID: Self.appID, name: "resets of all", period: 2276 * 12, count: 1),
        ]
        try await Self.withNodes(saved: far, isAlone: false) { here, there, clock in
            #expect(await Self.useUp(here) == 3)
            await here.save()
            #expect(await there.quota(of: Self.path, for: Self.owner).used == 3)
            #expect(await Self.useUp(there) == 0)
            for _ in 0..<Limits.resetsOfAllPerMonth { try await here.resetAll(of: Self.appID) }
            clock.advance(by: .seconds(1))
            await #expect(throws: Refusal.self) { try await there.resetAll(of: Self.appID) }
        }
    }

    @Test func `a node counts calls after an import of counts of the next day`() async throws {
        try await Self.withNodes(behind: 86_400) { there, node, clock in
            #expect(await Self.useUp(there) == 3)
            await there.save()
            try await node.begin([Self.appID])
            #expect(await Self.useUp(node) == 3)
            await node.save()
            clock.advance(by: .seconds(1))
            #expect(await Self.useUp(node) == 0)
        }
    }

    // MARK: Counts

    private static func counts(_ count: Int) -> CallCounts {
        CallCounts(
            policy: QuotaPolicy(perDay: [path: 100], perMinute: [:]),
            saved: [CallCounter(appID: appID, name: path, period: day, count: count)])
    }

    private static func used(_ counts: CallCounts) -> Int {
        counts.quota(of: path, for: owner, at: now).used
    }

    @Test func `a refreshed count includes stored calls, calls that are being saved, and unsaved calls`() throws {
        var counts = Self.counts(50)
        try counts.count(Self.path, by: Self.owner, at: Self.now)
        let sent = counts.takeUnsaved()
        try counts.count(Self.path, by: Self.owner, at: Self.now)
        let stored = CallCounter(appID: Self.appID, name: Self.path, period: Self.day, count: 7)
        counts.refresh(Self.appID, from: [stored])
        #expect(Self.used(counts) == 7 + 1 + 1)
        counts.takeUp(sums: sent.map { $0.added(to: stored) })
        #expect(Self.used(counts) == 8 + 1)
        counts.refresh(Self.appID, from: [])
        #expect(Self.used(counts) == 1, "the store has forgotten the count")
    }

    @Test func `a refresh does not undo a reset that is not saved yet, and does not change other accounts`() throws {
        var counts = Self.counts(50)
        try counts.reset(Self.path, of: Self.appID, at: Self.now)
        let stored = CallCounter(appID: Self.appID, name: Self.path, period: Self.day, count: 50)
        counts.refresh(Self.appID, from: [stored])
        #expect(Self.used(counts) == 0)
        var others = Self.counts(50)
        others.refresh(AppID("wx0000000000000002"), from: [])
        #expect(Self.used(others) == 50)
    }

    @Test func `a node reads the counts of an account again at most once a second`() {
        var pace = RereadPace()
        let start = ContinuousClock.now
        #expect(pace.mayRead("wx1", at: start) == true)
        #expect(pace.mayRead("wx1", at: start + .milliseconds(999)) == false)
        #expect(pace.mayRead("wx2", at: start + .milliseconds(999)) == true)
        #expect(pace.mayRead("wx1", at: start + .seconds(1)) == true)
        let many = (0..<20_000).count { pace.mayRead(AppID("wxmany\($0)"), at: start + .seconds(1)) }
        #expect(many < 10_000, "the pace keeps a bounded number of accounts")
        #expect(pace.mayRead("wx3", at: start + .seconds(2)) == true)
    }
}
