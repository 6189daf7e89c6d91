import Logging
import ServiceLifecycle
import Synchronization
import TagStore

/// Notes refused calls without holding anybody up: they gather in memory, within bounds, and are handed to the store
/// once a second.
public final class RefusedCallLog: Service {
    /// Calls that may wait to be handed over; beyond it the newest are not noted.
    private static let capacity = 10_000

    /// A call that has not been handed over, with what it is masked by.
    private struct Waiting {
        let call: RefusedCall
        /// The secret of the account whose call it was.
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

    /// - Parameter secret: of the account whose call it was.
    func append(_ call: RefusedCall, secret: Fingerprint) {
        waiting.withLock { if $0.count < Self.capacity { $0.append(Waiting(call: call, secret: secret)) } }
    }

    /// The call with this rid, handed over or not.
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
        // Only now: until it is there to be found, a call is found here.
        waiting.withLock { $0.removeFirst(calls.count) }
    }
}
