import Logging
import OfficialAccount
import ServiceLifecycle
import Synchronization
import TagStore

/// Records refused calls without delaying their callers. A bounded number of calls waits in memory, and goes to the
/// store once a second.
///
/// The log masks calls before they go to the store. Masking takes longer than refusing a call. So the log bounds the
/// number of calls that wait, and the time for masking when the server ends. The log drops a call for which it has no
/// room or no time. A look-up then does not find the rid of the call. No call reaches the store unmasked.
public final class RefusedCallLog: Service {
    /// The most calls that may wait, and the most bytes of their texts. When one of the two limits is reached, the log
    /// drops new calls.
    static let capacity = 10_000
    static let largest = 16 << 20
    /// The most calls that go to the store at once.
    private static let batch = 256
    /// How long the log masks calls when the server ends.
    static let longestEnd = Duration.seconds(1)

    /// A call that has not reached the store yet, and the secret to mask in it.
    private struct Waiting {
        let call: RefusedCall
        /// The secret of the account that made the call.
        let secret: Fingerprint

        var masked: RefusedCall { call.masked(secret: secret) }
        var bytes: Int { call.query.utf8.count + call.requestBody.utf8.count + call.answer.utf8.count }
    }

    private struct State {
        var waiting: [Waiting] = []
        /// The number of bytes in the texts of the calls that wait.
        var bytes = 0
        /// The rids of the calls since the last ``forgetAll()``. Nil before the first ``forgetAll()``, and again when
        /// newer calls have displaced all forgotten calls from the store.
        var known: Set<String>?
        /// How often the log has forgotten all calls.
        var clearings = 0

        mutating func removeFirst(_ count: Int) {
            for call in waiting.prefix(count) { bytes -= call.bytes }
            waiting.removeFirst(count)
        }
    }

    private let state = Mutex(State())
    private let failures = Mutex(FailureCount())
    private let store: any TagStore
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameter now: returns the time by which ``finish()`` measures how long it runs, and by which this log spaces
    ///   its warnings.
    public init(
        store: any TagStore, logger: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.store = store
        self.logger = logger
        self.now = now
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(1))) != nil { await self.save() }
        }
        await finish()
    }

    /// - Parameter secret: the secret of the account that made the call.
    func append(_ call: RefusedCall, secret: Fingerprint) {
        let kept = store.limits.refusedCallsKept
        state.withLock { state in
            let waiting = Waiting(call: call, secret: secret)
            guard state.waiting.count < Self.capacity, state.bytes + waiting.bytes <= Self.largest else { return }
            state.waiting.append(waiting)
            state.bytes += waiting.bytes
            state.known?.insert(call.rid)
            // The store of a sandbox keeps only the latest `kept` calls. If the log knows more rids, newer calls have
            // displaced all forgotten calls from the store.
            if let known = state.known, known.count > kept { state.known = nil }
        }
    }

    /// Forgets every call so far. The store keeps the calls, but until the server ends, this log no longer returns
    /// them.
    func forgetAll() {
        state.withLock { $0 = State(known: [], clearings: $0.clearings + 1) }
    }

    /// Returns the call with this rid, whether it still waits or is in the store.
    ///
    /// - Parameter appID: the account that asks.
    func call(rid: String, askedBy appID: AppID) async throws(Refusal) -> RefusedCall? {
        let (waiting, isKnown) = state.withLock { state in
            (state.waiting.last { $0.call.rid == rid }, state.known?.contains(rid) ?? true)
        }
        if let waiting { return waiting.masked }
        return isKnown ? try await store.refusedCall(rid: rid, askedBy: appID) : nil
    }

    /// The number of calls that wait.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Masks the calls that wait, and gives them to the store. Stops when the task is cancelled.
    func save() async {
        while !Task.isCancelled, await saveSome(until: { Task.isCancelled }) {}
    }

    /// Masks and stores calls as ``save()`` does, for at most ``longestEnd``. Drops the calls that still wait after
    /// this time.
    func finish() async {
        let deadline = now() + Self.longestEnd
        while now() < deadline, await saveSome(until: { self.now() >= deadline }) {}
        let dropped = state.withLock { state in
            defer { state.removeFirst(state.waiting.count) }
            return state.waiting.count
        }
        guard dropped > 0 else { return }
        logger.warning(
            "refused calls are dropped, because there was no time to mask their secrets before the server ended",
            metadata: ["count": "\(dropped)"])
    }

    /// Saves the next calls that wait. Returns whether more may wait.
    ///
    /// - Parameter isOver: returns true when the log must stop masking calls.
    private func saveSome(until isOver: () -> Bool) async -> Bool {
        let (calls, clearings) = state.withLock { ($0.waiting.prefix(Self.batch), $0.clearings) }
        var masked: [RefusedCall] = []
        for call in calls {
            if isOver() { break }
            masked.append(call.masked)
        }
        guard !masked.isEmpty else { return false }
        do throws(Refusal) {
            try await store.note(masked)
            if let failed = failures.withLock({ $0.end() }) {
                logger.notice("refused calls can be noted again", metadata: ["failed": "\(failed)"])
            }
        } catch {
            // The store may have given up because the server ends; ``finish()`` tries again.
            if Task.isCancelled { return false }
            let time = now()
            if let failed = failures.withLock({ $0.note(at: time) }) {
                logger.warning(
                    "refused calls cannot be noted", metadata: ["reason": "\(error.reason)", "failed": "\(failed)"])
            }
        }
        // Removes the calls only now. Until the store has them, ``call(rid:askedBy:)`` finds each of them here.
        state.withLock { if $0.clearings == clearings { $0.removeFirst(masked.count) } }
        return true
    }
}
