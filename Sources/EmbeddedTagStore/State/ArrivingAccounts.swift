import OfficialAccount
import Synchronization
import TagStore

/// Whole accounts of an import that are not yet in the store, with everything that belongs to them.
///
/// The store builds them separately, where no reader sees them.
final class ArrivingAccounts: StateSink, Sendable {
    private let builder: Mutex<AccountBuilder>

    /// - Parameter isTaken: returns whether there is an account with this appid.
    init(limits: Limits, seed: UInt64, isTaken: @escaping @Sendable (AppID) -> Bool) {
        builder = Mutex(AccountBuilder(limits: limits, seed: seed, isTaken: isTaken))
    }

    func take(_ record: StateRecord, line: Int?) throws(Refusal) {
        try builder.withLock { (builder) throws(Refusal) in try builder.take(record, line: line) }
    }

    var appIDs: [AppID] {
        builder.withLock { $0.images.map(\.account.appID) }
    }

    /// Throws 40013 if `world` has a third-party platform or, if `whole`, an account with one of the appids.
    ///
    /// - Parameter whole: whether the appids of accounts count too, in addition to the appids of third-party platforms.
    func judge(against world: World, whole: Bool) throws(Refusal) {
        for appID in appIDs where (whole && world[appID] != nil) || world.components[appID] != nil {
            throw .appIDTaken(appID).inLine(builder.withLock { $0.lines[appID] })
        }
    }

    /// Numbers the accounts from `first` on. Returns their rows for all tables except those of the chunks.
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

    /// Passes the rows of the accounts' chunks to `write` one by one, so that only one row is in memory twice at a
    /// time.
    func eachChunk(_ write: (any SealedRow) throws -> Void) throws {
        try builder.withLock { builder in
            for image in builder.images {
                for (index, chunk) in image.followers.chunks.enumerated() {
                    for row in chunk.rows(at: Checkpoint.Place(account: image.number, chunk: index)) { try write(row) }
                }
            }
        }
    }

    /// Adds the accounts to `world`, after they are on disk.
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
