import Foundation
import InMemoryLogging
import Logging
import OfficialAccount
import Synchronization
import TagStore
import Testing

@testable import TaglineServer

/// Checks that the log of refused calls has a limit, and that no secret of a call reaches the store.
@Suite struct RefusedCallLogTests {
    /// A clock that advances by a step with each reading.
    private final class SteppingClock: Sendable {
        private let time = Mutex(ContinuousClock.now)
        private let step: Duration

        init(step: Duration) {
            self.step = step
        }

        var now: ContinuousClock.Instant {
            time.withLock { time in
                time += step
                return time
            }
        }
    }

    private static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private static func rid(_ number: Int) -> String { "00000000-00000000-\(String(0x1000_0000 + number, radix: 16))" }

    private static func call(_ number: Int, body: String = #"{"secret":"tttt-5678-9012"}"#) -> RefusedCall {
        RefusedCall(
            rid: rid(number), appID: DemoWorld.service.appID, time: testStart, milliseconds: 1, query: "n=\(number)",
            requestBody: body, answer: "{}", address: "")
    }

    /// Makes a log over `store`. In the log, `count` calls wait.
    private static func log(
        of count: Int, in store: any TagStore, step: Duration = .zero, logger: Logger = quiet
    ) -> RefusedCallLog {
        let clock = SteppingClock(step: step)
        let log = RefusedCallLog(store: store, logger: logger, now: { clock.now })
        for number in 1...count { log.append(call(number), secret: .zero) }
        return log
    }

    @Test func `at a shutdown, the log drops the calls that it has no time to mask`() async throws {
        try await withSandbox { sandbox async throws in
            let lines = InMemoryLogHandler()
            let logger = Logger(label: "test", factory: { _ in lines })
            let log = Self.log(of: 50, in: sandbox.store, step: .milliseconds(100), logger: logger)
            await log.finish()
            #expect(log.waiting == 0)
            var kept: [Int] = []
            for number in 1...50 {
                guard let call = try await sandbox.store.refusedCall(rid: Self.rid(number)) else { continue }
                kept.append(number)
                #expect(call.requestBody == #"{"secret":"tttt***"}"#)
            }
            // The log reads the clock one time for the deadline, one time before the calls, and one time before each
            // call.
            #expect(kept == Array(1...8))
            let line = try #require(lines.entries.last)
            #expect(line.level == .warning && line.metadata["count"] == "42", "\(line)")
            #expect(try await log.call(rid: Self.rid(50), askedBy: DemoWorld.service.appID) == nil)
        }
    }

    @Test func `at a shutdown, the log saves every waiting call if there is time`() async throws {
        try await withSandbox { sandbox async throws in
            let log = Self.log(of: 600, in: sandbox.store)
            await log.finish()
            for number in [1, 300, 600] {
                #expect(try await sandbox.store.refusedCall(rid: Self.rid(number)) != nil)
            }
            #expect(log.waiting == 0)
        }
    }

    @Test func `the log stops a save when the task is cancelled, and the calls wait for the shutdown`() async throws {
        try await withSandbox { sandbox async throws in
            let log = Self.log(of: 300, in: sandbox.store)
            let saving = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                await log.save()
            }
            await saving.value
            #expect(log.waiting == 300)
            await log.finish()
            #expect(try await sandbox.store.refusedCall(rid: Self.rid(300)) != nil)
        }
    }

    @Test func `the log limits the number and the bytes of waiting calls`() async throws {
        try await withSandbox { sandbox async throws in
            let many = Self.log(of: RefusedCallLog.capacity + 10, in: sandbox.store)
            #expect(many.waiting == RefusedCallLog.capacity)
            #expect(
                try await many.call(rid: Self.rid(RefusedCallLog.capacity + 1), askedBy: DemoWorld.service.appID) == nil
            )

            let large = RefusedCallLog(store: sandbox.store, logger: Self.quiet)
            let body = String(repeating: "x", count: CallTrace.notedBytes)
            for number in 1...5000 { large.append(Self.call(number, body: body), secret: .zero) }
            #expect(large.waiting < RefusedCallLog.largest / CallTrace.notedBytes && large.waiting > 4000)
            await large.finish()
            large.append(Self.call(1), secret: .zero)
            #expect(large.waiting == 1, "the log has space again")
        }
    }
}
