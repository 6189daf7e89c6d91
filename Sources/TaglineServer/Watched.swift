import Synchronization

/// A value under a lock. Tasks can wait until the value changes.
final class Watched<Value: Sendable>: Sendable {
    private struct State {
        var value: Value
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var lastID = 0
    }

    private let state: Mutex<State>

    init(_ value: Value) {
        state = Mutex(State(value: value))
    }

    /// Calls `body` with the value, and returns the result.
    func read<Result: Sendable>(_ body: (Value) -> Result) -> Result {
        state.withLock { body($0.value) }
    }

    /// Changes the value with `body`, and wakes the waiting tasks.
    func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        let (result, waiting) = state.withLock { state in
            let result = body(&state.value)
            guard !state.waiting.isEmpty else { return (result, [CheckedContinuation<Void, Never>]()) }
            defer { state.waiting = [:] }
            return (result, Array(state.waiting.values))
        }
        for continuation in waiting { continuation.resume() }
        return result
    }

    /// Waits for the next change, until `deadline` at most. Returns at once if `isDue` returns true for the value.
    /// Returns early when the task is cancelled.
    func waitForChange(until deadline: ContinuousClock.Instant, unless isDue: @escaping @Sendable (Value) -> Bool) async
    {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.nextChange(unless: isDue) }
            group.addTask { try? await Task.sleep(until: deadline) }
            await group.next()
            group.cancelAll()
        }
    }

    private func nextChange(unless isDue: @Sendable (Value) -> Bool) async {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled || isDue(state.value) { return true }
                    state.waiting[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }
}
