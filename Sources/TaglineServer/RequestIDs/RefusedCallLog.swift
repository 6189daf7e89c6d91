import Logging
import ServiceLifecycle
import Synchronization
import TagStore

/// Records refused calls without delaying their callers. A bounded number of calls waits in memory, and goes to the
/// store once a second.
public final class RefusedCallLog: Service {
    /// The most calls that may wait. While that many wait, new ones are not recorded.
    private static let capacity = 10_000

    /// A call that has not reached the store yet, and the secret to mask in it.
    private struct Waiting {
        let call: RefusedCall
        /// The secret of the account that made the call.
        let secret: Fingerprint

        var masked: RefusedCall { call.masked(secret: secret) }
    }

    private let waiting = Mutex<[Waiting]>([])
    private let store: any TagStore
    private let logger: Logger

    public init(store: any TagStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(1))) != nil { await self.save() }
        }
        await save()
    }

    /// - Parameter secret: the secret of the account that made the call.
    func append(_ call: RefusedCall, secret: Fingerprint) {
        waiting.withLock { if $0.count < Self.capacity { $0.append(Waiting(call: call, secret: secret)) } }
    }

    /// Returns the call with this rid, whether it still waits or is in the store.
    func call(rid: String) async throws(Refusal) -> RefusedCall? {
        if let call = waiting.withLock({ $0.last { $0.call.rid == rid } }) { return call.masked }
        return try await store.refusedCall(rid: rid)
    }

    func save() async {
        let calls = waiting.withLock { $0 }
        guard !calls.isEmpty else { return }
        do throws(Refusal) {
            try await store.note(calls.map(\.masked))
        } catch {
            logger.warning("refused calls cannot be noted", metadata: ["reason": "\(error.reason)"])
        }
        // The calls are removed only now, so that ``call(rid:)`` finds each of them here until the store has it.
        waiting.withLock { $0.removeFirst(calls.count) }
    }
}
