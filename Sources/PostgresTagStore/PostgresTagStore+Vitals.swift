import Synchronization
import TagStore

// The state and the statistics of the store.
extension PostgresTagStore {
    public var vitals: StoreVitals {
        get async {
            var vitals = timings
            vitals.machines = machines?.standing ?? []
            vitals.sums = await (machines == nil ? readSums() : recentSums())
            return vitals
        }
    }

    public var timings: StoreVitals { measured.withLock { $0 } }

    private func readSums() async -> StoreVitals.Sums? {
        try? await run(.every) { connection in
            let rows = try connection.run(Statements.vitals)
            return StoreVitals.Sums(
                accounts: try rows.int(0, 0), followers: try rows.int(0, 1), taggings: try rows.int(0, 2))
        }
    }

    /// Returns sums that are a few seconds old, or older sums if the machines need long to answer. Returns nil while a
    /// machine does not answer, because a sum over the other machines would mislead.
    private func recentSums() async -> StoreVitals.Sums? {
        guard machines?.missing(for: .every) == nil else { return nil }
        if sums.withLock({ $0.begin(at: options.now()) }) {
            let (isOver, over) = AsyncStream<Never>.makeStream()
            Task {
                let found = await readSums()
                sums.withLock { $0.end(found, at: options.now()) }
                over.finish()
            }
            let timer = Task {
                try? await Task.sleep(for: options.machines.search)
                over.finish()
            }
            for await _ in isOver {}
            timer.cancel()
        }
        guard machines?.missing(for: .every) == nil else { return nil }
        return sums.withLock { $0.sums(at: options.now()) }
    }
}
