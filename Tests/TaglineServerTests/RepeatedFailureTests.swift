import EmbeddedTagStore
import Foundation
import InMemoryLogging
import Logging
import OfficialAccount
import Synchronization
import TagStore
import TagStoreConformance
import Testing

@testable import TaglineServer

/// Tests that a task which fails every second writes one line a minute to the log, with the number of failures.
@Suite struct RepeatedFailureTests {
    /// A clock that advances by a second with each reading.
    private final class SecondClock: Sendable {
        private let time = Mutex(ContinuousClock.now)

        var now: ContinuousClock.Instant {
            time.withLock { time in
                time += .seconds(1)
                return time
            }
        }
    }

    private static let appID = DemoWorld.service.appID
    private static let surroundings = Surroundings(now: { testStart })

    /// Calls `body` with a store that refuses every change, because the store is closed. Returns the numbers of
    /// failures in the lines of the log.
    private func logged(
        _ body: (EmbeddedTagStore, Logger, SecondClock) async throws -> Void
    ) async throws -> [String] {
        try await withTemporaryDirectory { directory in
            let lines = InMemoryLogHandler()
            let logger = Logger(label: "test", factory: { _ in lines })
            let store = try EmbeddedTagStore(directory: directory, logger: logger)
            try await store.close()
            try await body(store, logger, SecondClock())
            return lines.entries.compactMap { $0.metadata["failed"]?.description }
        }
    }

    @Test func `refused calls that cannot be noted`() async throws {
        let failed = try await logged { store, logger, clock in
            let log = RefusedCallLog(store: store, logger: logger, now: { clock.now })
            for number in 1...120 {
                let call = RefusedCall(
                    rid: "\(number)", appID: Self.appID, time: testStart, milliseconds: 1, query: "",
                    requestBody: "{}", answer: "{}", address: "")
                log.append(call, secret: .zero)
                await log.save()
            }
        }
        #expect(failed == ["1", "61"])
    }

    @Test func `counts of calls that cannot be kept`() async throws {
        let failed = try await logged { store, logger, clock in
            let keeper = try await QuotaKeeper(
                policy: QuotaPolicy(perDay: [GetTags.endpoint.path: 3], perMinute: [:]), store: store,
                surroundings: Self.surroundings, logger: logger, instant: { clock.now })
            let account = Account(
                appID: Self.appID, kind: .service, isCertified: true, secret: Fingerprint(of: "secret"))
            try await keeper.count(GetTags.endpoint, by: .account(Caller(account: account)))
            for _ in 1...120 { await keeper.save() }
        }
        #expect(failed == ["1", "61"])
    }

    @Test func `a cloud token that cannot be written`() async throws {
        let failed = try await logged { _, logger, clock in
            let tokens = CloudTokens(
                account: Self.appID, file: URL(filePath: "/nowhere/token"), surroundings: Self.surroundings,
                logger: logger, instant: { clock.now })
            for _ in 1...120 { tokens.tick() }
        }
        #expect(failed == ["1", "61"])
    }
}
