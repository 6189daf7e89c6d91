import Logging
import OfficialAccount
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

    private struct State {
        var waiting: [Waiting] = []
        /// The rids since the last ``forgetAll()``, while the store may still hold older calls; nil at other times.
        var known: Set<String>?
        /// How often the log has forgotten all calls.
        var clearings = 0
    }

    private let state = Mutex(State())
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
        let kept = store.limits.refusedCallsKept
        state.withLock { state in
            guard state.waiting.count < Self.capacity else { return }
            state.waiting.append(Waiting(call: call, secret: secret))
            state.known?.insert(call.rid)
            // When the log knows this many rids, newer calls have displaced every older call from the store.
            if let known = state.known, known.count > kept { state.known = nil }
        }
    }

    /// Forgets every call so far, until the server ends. The store keeps the calls, but this log no longer returns
    /// them.
    func forgetAll() {
        state.withLock { $0 = State(known: [], clearings: $0.clearings + 1) }
    }

    /// Returns the call with this rid, whether it still waits or is in the store.
    func call(rid: String) async throws(Refusal) -> RefusedCall? {
        let (waiting, isKnown) = state.withLock { state in
            (state.waiting.last { $0.call.rid == rid }, state.known?.contains(rid) ?? true)
        }
        if let waiting { return waiting.masked }
        return isKnown ? try await store.refusedCall(rid: rid) : nil
    }

    func save() async {
        let (calls, clearings) = state.withLock { ($0.waiting, $0.clearings) }
        guard !calls.isEmpty else { return }
        do throws(Refusal) {
            try await store.note(calls.map(\.masked))
        } catch {
            logger.warning("refused calls cannot be noted", metadata: ["reason": "\(error.reason)"])
        }
        // The calls are removed only now, so that ``call(rid:)`` finds each of them here until the store has it.
        state.withLock { if $0.clearings == clearings { $0.waiting.removeFirst(calls.count) } }
    }
}
