import OfficialAccount
import Synchronization
import TagStore

/// Whole accounts on their way into a store, with all that belongs to them.
///
/// They are built aside, where no reader sees them.
final class ArrivingAccounts: StateSink, Sendable {
    private let builder: Mutex<AccountBuilder>

    /// - Parameter isTaken: whether there is an account with this appid.
    init(limits: Limits, seed: UInt64, isTaken: @escaping @Sendable (AppID) -> Bool) {
        builder = Mutex(AccountBuilder(limits: limits, seed: seed, isTaken: isTaken))
    }

    func take(_ record: StateRecord) throws(Refusal) {
        try builder.withLock { (builder) throws(Refusal) in try builder.take(record) }
    }

    var appIDs: [AppID] {
        builder.withLock { $0.images.map(\.account.appID) }
    }

    /// Throws 40013 if the appid of one of them is a platform's, or an account's by now.
    ///
    /// - Parameter whole: whether accounts count too.
    func judge(against world: World, whole: Bool) throws(Refusal) {
        for appID in appIDs where (whole && world[appID] != nil) || world.platforms[appID] != nil {
            throw .appIDTaken(appID)
        }
    }

    /// What goes into tables, once they have their numbers, of which `first` is the first.
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

    /// Hands out their chunks one by one, so that their bytes are never all in memory twice.
    func eachChunk(_ write: (any SealedRow) throws -> Void) throws {
        try builder.withLock { builder in
            for image in builder.images {
                for (index, chunk) in image.followers.chunks.enumerated() {
                    for row in chunk.rows(at: Checkpoint.Place(account: image.number, chunk: index)) { try write(row) }
                }
            }
        }
    }

    /// They are on disk: the world has them from now on.
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
