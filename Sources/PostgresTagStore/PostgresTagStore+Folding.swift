import Logging
import Synchronization

// The upkeep of flips and marks.
extension PostgresTagStore {
    /// Folds the tags that have enough new flips. Folds one at a time, because calls wait for the same connections and
    /// folding is not urgent.
    func foldLater(_ keys: some Sequence<Int>, of account: AccountKey) {
        let begins = folding.withLock { queue in
            keys.count {
                queue.count(FoldingQueue.Tag(account: account.value, key: $0), threshold: options.foldThreshold)
            } > 0
        }
        if begins { pool.submit { [self] in fold($0) } }
    }

    private func fold(_ connection: Result<Connection, DatabaseError>) {
        guard let tag = folding.withLock({ $0.first }) else { return }
        var isMore = false
        do throws(DatabaseError) {
            isMore = try Flips.fold(tag.account, tag.key, on: connection.get())
        } catch {
            // The next run of the upkeep folds them.
            logger.debug("flips could not be folded", metadata: ["reason": "\(error)"])
        }
        if !isMore { isMore = folding.withLock { $0.next() } }
        if isMore { pool.submit { [self] in fold($0) } }
    }

    /// Folds the flips that stopped nodes have left, and deletes old marks.
    func tidyUp() async {
        do {
            let threshold = options.foldThreshold
            try await pool.run { connection in
                try Settled.forgetOld(connection)
                for tag in try Flips.pending(threshold, on: connection) {
                    while try Flips.fold(tag.account, tag.key, on: connection) {}
                }
            }
        } catch {
            logger.debug("the database could not be tidied up", metadata: ["reason": "\(error)"])
        }
        faults.settle()
    }
}
