import Foundation
import OfficialAccount
import Synchronization
import TagStore
import TagStoreConformance

@testable import EmbeddedTagStore

/// Makes the transactions of a store wait before their commit while the gate is closed. The gate can also make
/// transactions fail.
final class CommitGate: Sendable {
    private struct State {
        var isClosed = false
        var failure: (any Error)?
        var arrivals: [CheckedContinuation<Void, Never>] = []
        var waiting = 0
    }

    private let state = Mutex(State())
    private let opened = DispatchSemaphore(value: 0)

    /// The closure to set as `willCommit` in the options of a store.
    var passage: @Sendable () throws -> Void {
        { [self] in
            let mustWait = state.withLock { state in
                if state.isClosed { state.waiting += 1 }
                for arrival in state.arrivals { arrival.resume() }
                state.arrivals = []
                return state.isClosed
            }
            if mustWait { opened.wait() }
            if let failure = state.withLock({ $0.failure }) { throw failure }
        }
    }

    func close() {
        state.withLock { $0.isClosed = true }
    }

    func open() {
        let waiting = state.withLock { state in
            defer { state.waiting = 0 }
            state.isClosed = false
            return state.waiting
        }
        for _ in 0..<waiting { opened.signal() }
    }

    func fail(with error: (any Error)?) {
        state.withLock { $0.failure = error }
    }

    /// Returns when a transaction waits at the closed gate.
    func arrival() async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.waiting > 0 { continuation.resume() } else { state.arrivals.append(continuation) }
            }
        }
    }
}

/// The account, the tags 100 and 101 and the followers that the tests of this target use.
enum Fixture {
    static let appID = AppID("wx0000000000000001")
    static let now = UnixTime(seconds: 1_700_000_000)
    static let tag = TagID(100)
    static let otherTag = TagID(101)

    static func follower(_ number: Int) -> OpenID { .numbered("oFixtu", number) }

    static func list(_ numbers: Int...) -> OpenIDList { OpenIDList(numbers.map(follower)) }

    static func fill(_ store: EmbeddedTagStore, followers: Int) async throws {
        guard let secret = Fingerprint([UInt8](repeating: 7, count: 32)) else { return }
        try await store.createAccount(Account(appID: appID, kind: .service, isCertified: true, secret: secret))
        _ = try await store.createTag(named: "one", id: tag, for: appID)
        _ = try await store.createTag(named: "two", id: otherTag, for: appID)
        for start in stride(from: 0, to: followers, by: 10_000) {
            try await store.follow(
                (start..<min(followers, start + 10_000)).map(follower), of: appID, at: now)
        }
    }

    /// Fills a store in `directory`, closes the store, and returns the content of the store's database.
    static func closedDatabase(in directory: String, followers: Int) async throws -> Data {
        let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
        try await fill(store, followers: followers)
        try await store.close()
        return try Data(contentsOf: URL(filePath: directory + "/" + Disk.fileName))
    }
}

func refusal(of body: () async throws(Refusal) -> Void) async -> Refusal? {
    do throws(Refusal) {
        try await body()
        return nil
    } catch {
        return error
    }
}
