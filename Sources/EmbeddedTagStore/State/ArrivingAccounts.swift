import OfficialAccount
import Synchronization
import TagStore

/// The accounts of an import with all their data, before the accounts are in the store.
///
/// The store builds these accounts outside the ``World``, so that no reader sees them.
final class ArrivingAccounts: StateSink, Sendable {
    private let builder: Mutex<AccountBuilder>

    /// - Parameter isTaken: returns whether an appid belongs to a present account that the import does not replace. The
    ///   import refuses such an appid.
    init(limits: Limits, seed: UInt64, isTaken: @escaping @Sendable (AppID) -> Bool) {
        builder = Mutex(AccountBuilder(limits: limits, seed: seed, isTaken: isTaken))
    }

    func take(_ record: StateRecord, line: Int?) throws(Refusal) {
        try builder.withLock { (builder) throws(Refusal) in try builder.take(record, line: line) }
    }

    var appIDs: [AppID] {
        builder.withLock { $0.images.map(\.account.appID) }
    }

    /// Throws 40013 if an appid of these accounts already belongs to a third-party platform in `world`, or to an
    /// account in `world` that the import does not remove. Throws 47001 if a token of these accounts already belongs to
    /// such an account, to a third-party platform, or to a grant that stays.
    ///
    /// - Parameter removed: the accounts in `world` that the import removes.
    func judge(against world: World, removing removed: [AppID]) throws(Refusal) {
        let (appIDs, removed) = (self.appIDs, Set(removed))
        for appID in appIDs where (world[appID] != nil && !removed.contains(appID)) || world.components[appID] != nil {
            throw .appIDTaken(appID).inLine(builder.withLock { $0.lines[appID] })
        }
        // If the import removes an account and has no account with the same appid, the grants of the account end.
        let gone = removed.subtracting(appIDs)
        for (token, line) in builder.withLock({ $0.tokens }) {
            let owner = world.token(token)?.appID
            guard owner.map({ removed.contains($0) }) ?? true, !world.components.has(token, exceptGrantsOf: gone) else {
                throw .tokenTwice(line: line)
            }
        }
    }

    /// Gives the accounts their numbers, from `first` on. Returns all rows of the accounts except the rows of their
    /// chunks.
    func rows(numberedFrom first: Int) -> [any SealedRow] {
        builder.withLock { builder in
            var rows: [any SealedRow] = builder.counters.map(CounterRow.init)
            for (offset, image) in builder.images.enumerated() {
                image.number = AccountNumber(first + offset)
                rows.append(AccountRow(number: image.number, account: image.account, nextTagID: image.tags.nextID))
                for entry in image.tags.entries where entry.id != .starred {
                    rows.append(TagRow(account: image.number, entry: entry))
                }
                for (ordinal, remark) in image.remarks {
                    rows.append(RemarkRow(account: image.number, ordinal: ordinal, remark: remark))
                }
                rows += image.tokens.values.joined().map(TokenRow.init)
            }
            return rows
        }
    }

    /// Passes the rows of the accounts' chunks to `write` one by one. So the memory holds, in addition to the chunks,
    /// the rows of only one chunk at a time.
    func eachChunk(_ write: (any SealedRow) throws -> Void) throws {
        try builder.withLock { builder in
            for image in builder.images {
                for (index, chunk) in image.followers.chunks.enumerated() {
                    for row in chunk.rows(at: Checkpoint.Place(account: image.number, chunk: index)) { try write(row) }
                }
            }
        }
    }

    /// Adds the accounts to `world`. Call this function when the accounts are on disk.
    func arrive(in world: inout World) {
        let taken = builder.withLock { builder in
            let taken = builder
            builder = AccountBuilder(limits: Limits(), seed: 0) { _ in false }
            return taken
        }
        for image in taken.images { world.adopt(image) }
        world.apply(taken.counters)
    }
}
