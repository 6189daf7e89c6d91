import Logging
import Synchronization
import TagStore

// The upkeep of the tables `flip`, `settled` and `refused_call`.
extension PostgresTagStore {
    /// Counts one change for each tag in `keys`, and folds the flips of the tags that have changed often enough. Folds
    /// one tag at a time, because folding is not urgent and calls need the same connections.
    func foldLater(_ keys: some Sequence<Int>, of account: AccountKey) {
        let begins = folding.withLock { queue in
            keys.count {
                queue.count(FoldingQueue.Tag(account: account, key: $0), threshold: options.foldThreshold)
            } > 0
        }
        if begins { Task { await foldWaiting() } }
    }

    private func foldWaiting() async {
        while let tag = folding.withLock({ $0.first }) {
            await fold(tag)
            guard folding.withLock({ $0.next() }) else { return }
        }
    }

    private func fold(_ tag: FoldingQueue.Tag) async {
        do {
            while try await run(.account(tag.account), { try Flips.fold(tag.account, tag.key, on: $0) }) {}
        } catch {
            // The next run of the upkeep folds these flips.
            logger.debug("flips could not be folded", metadata: ["reason": "\(error)"])
        }
    }

    /// Folds the flips that nodes left behind when they stopped, deletes the marks of old changes, and forgets old
    /// refused calls. Also reads which machine holds which accounts.
    func tidyUp() async {
        try? await machines?.readMap()
        await forgetRefusedCalls()
        do {
            let threshold = options.foldThreshold
            let tags = try await run(.every) { connection in
                try Settled.forgetOld(connection)
                return try Flips.pending(threshold, on: connection)
            }
            for tag in tags { await fold(tag) }
        } catch {
            logger.debug("the upkeep of the database failed", metadata: ["reason": "\(error)"])
        }
        faults.settle()
    }
}
