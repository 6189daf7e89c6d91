/// Runs the imports of states one after the other.
///
/// The store holds in memory what it imports. So several large imports at the same time could need too much memory.
actor ImportQueue {
    private var last: Task<Void, Never>?

    /// Runs `work` after the work of all earlier calls, even if the earlier work failed. Throws the errors of `work`,
    /// and `CancellationError` if the task is cancelled before `work` begins.
    func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let previous = last
        let turn = Task {
            await previous?.value
            try Task.checkCancellation()
            return try await work()
        }
        last = Task { _ = await turn.result }
        return try await withTaskCancellationHandler {
            try await turn.value
        } onCancel: {
            turn.cancel()
        }
    }
}
