import Logging
import OfficialAccount
import Synchronization
import TagStore
import Testing

@testable import PostgresTagStore

/// Tests answers that no real server gives on demand. A node must bound the time and the attempts for each answer. The
/// error of the node must name the answer.
@Suite struct FakeCoordinatorTests {
    private static let appID = AppID("wx0000000000000001")

    private static func with(
        _ change: (inout PostgresTagStore.Options) -> Void = { _ in },
        _ body: (PostgresTagStore, FakeCoordinator) async throws -> Void
    ) async throws {
        let server = try FakeCoordinator(FakeCoordinator.opening)
        defer { server.end() }
        var options = PostgresTagStore.Options()
        options.connections = 1
        options.repetition.pause = .milliseconds(2)
        options.repetition.machinePatience = .milliseconds(100)
        change(&options)
        let store = try await PostgresTagStore(
            schema: DatabaseSchema(
                DatabaseAddress("postgres://tagline@127.0.0.1:\(server.port)/tagline?sslmode=disable")),
            options: options, logger: .quiet)
        try await body(store, server)
        try await store.close()
    }

    /// A clock that advances by 100 ms with each reading, however busy the machine is.
    private final class TickingClock: Sendable {
        private let start = ContinuousClock.now
        private let looks = Atomic(0)

        func now() -> ContinuousClock.Instant {
            start + .milliseconds(100) * looks.add(1, ordering: .relaxed).newValue
        }
    }

    private static func script(_ answers: [String: FakeCoordinator.Answer]) -> FakeCoordinator.Script {
        { answers[$0] ?? FakeCoordinator.opening($0, $1) }
    }

    @Test func `the error names a statement that the server cannot run, and the node tries only once`() async throws {
        try await Self.with { store, server in
            server.follow(Self.script(["account": .error("0A000")]))
            let reason = try await systemErrorReason { _ = try await store.account(Self.appID) }
            #expect(reason.contains(#"cannot run the statement "account" (SQLSTATE 0A000)"#), "\(reason)")
            #expect(server.asked("account") == 1)
            server.follow(Self.script(["set mark": .error("0A000")]))
            let change = try await systemErrorReason { try await store.mark("new") }
            #expect(change.contains(#"cannot run the statement "set mark""#), "\(change)")
            #expect(server.asked("set mark") == 1)
        }
    }

    @Test func `a prepared statement that can no longer run is prepared anew`() async throws {
        try await Self.with { store, server in
            _ = try await store.account(Self.appID)
            server.follow(Self.script(["account": .error("0A000")]))
            let reason = try await systemErrorReason { _ = try await store.account(Self.appID) }
            #expect(reason.contains(#"cannot run the statement "account""#), "\(reason)")
            // The server was asked three times: before the error, with the old statement, and with the newly prepared
            // statement.
            #expect(server.asked("account") == 3)
            #expect(server.sessions == 2)
        }
    }

    @Test(arguments: ["08006", "57P01", "57P03"])
    func `the node keeps a session whose errors come from another machine, and the call ends at its time limit`(
        state: String
    ) async throws {
        try await Self.with {
            $0.now = TickingClock().now
            $0.repetition.machinePatience = .seconds(1)
        } _: { store, server in
            server.follow(Self.script(["account": .error(state)]))
            let reason = try await systemErrorReason { _ = try await store.account(Self.appID) }
            #expect(reason.contains("SQLSTATE \(state)"), "\(reason)")
            #expect(2...60 ~= server.asked("account"))
            #expect(server.sessions == 1)
            server.follow(FakeCoordinator.opening)
            #expect(try await store.account(Self.appID) == nil)
            #expect(server.sessions == 1)
        }
    }

    @Test func `the node replaces a session that the server ends`() async throws {
        try await Self.with {
            $0.patience = .milliseconds(50)
        } _: { store, server in
            server.follow(Self.script(["account": .error("57P01", isFatal: true)]))
            _ = try await systemErrorReason { _ = try await store.account(Self.appID) }
            #expect(server.sessions == server.asked("account"))
            server.follow(FakeCoordinator.opening)
            #expect(try await store.account(Self.appID) == nil)
        }
    }

    @Test func `if an idle session has ended, the node opens a new session and can still write`() async throws {
        try await Self.with { store, server in
            server.follow { statement, values in
                let isFirst = statement == "probe" && server.asked("probe") == 1
                return isFirst ? .error("57P01", isFatal: true) : FakeCoordinator.opening(statement, values)
            }
            #expect(await store.condition == .writable)
            #expect(server.asked("probe") == 2 && server.sessions == 2)
        }
        // The server has become a standby. A new session may reach another server.
        try await Self.with { store, server in
            server.follow { statement, values in
                let isFirst = statement == "probe" && server.asked("probe") == 1
                return isFirst ? .error("25006") : FakeCoordinator.opening(statement, values)
            }
            #expect(await store.condition == .writable)
            #expect(server.sessions == 2)
        }
        try await Self.with { store, server in
            server.follow(Self.script(["probe": .error("57P01", isFatal: true)]))
            guard case .readOnly = await store.condition else {
                Issue.record("the node says that it can write, although every session ends")
                return
            }
            #expect(server.asked("probe") == 2, "the node tries once more, not again and again")
        }
    }

    @Test func `a session stops waiting for a silent server at the time limit of the session`() async throws {
        try await Self.with {
            $0.patience = .milliseconds(1)
            $0.sessionLimits = SessionLimits(statement: .milliseconds(50), answer: .milliseconds(100))
        } _: { store, server in
            server.follow(Self.script(["account": .silence]))
            let reason = try await systemErrorReason { _ = try await store.account(Self.appID) }
            #expect(reason.contains("did not answer"), "\(reason)")
        }
    }

    // MARK: A commit that was not answered

    @Test func `a call ends at once if the server cannot report whether the call was committed`() async throws {
        try await Self.with { store, server in
            server.follow(Self.script(["commit": .error("08006"), "fence": .error("0A000")]))
            let reason = try await systemErrorReason { try await store.mark("new") }
            #expect(reason.contains("cannot find out whether the change was made"), "\(reason)")
            #expect(reason.contains(#"the statement "fence""#), "\(reason)")
            #expect(server.asked("fence") == 1)
        }
    }

    @Test func `the node asks for the outcome of a commit until an answer comes or the time limit passes`() async throws
    {
        try await Self.with { store, server in
            // The server reports that the change was made.
            server.follow(Self.script(["commit": .error("08006"), "fence": .rows([["f", "{}"]])]))
            try await store.mark("new")
            #expect(server.asked("set mark") == 1)
        }
        try await Self.with {
            $0.now = TickingClock().now
            $0.resolution = .seconds(1)
        } _: { store, server in
            server.follow(Self.script(["commit": .error("08006"), "fence": .error("08006")]))
            let reason = try await systemErrorReason { try await store.mark("new") }
            #expect(reason.contains("cannot find out whether the change was made"), "\(reason)")
            #expect(server.asked("fence") > 1)
        }
    }

    @Test func `a change that fails before its commit was not made, and the node does not ask for its outcome`()
        async throws
    {
        try await Self.with { store, server in
            server.follow(Self.script(["settle": .error("08006")]))
            let reason = try await systemErrorReason { try await store.mark("new") }
            #expect(reason.contains("SQLSTATE 08006"), "\(reason)")
            #expect(server.asked("fence") == 0)
        }
    }
}
