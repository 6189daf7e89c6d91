import Foundation
import OfficialAccount
import TagStore

/// A change that the writer decides and writes on its own. Taggings, in contrast, are claimed first and then written in
/// groups.
enum StoreChange: Sendable {
    case account(Account, number: AccountNumber)
    case accountUpdated(Account)
    /// Accounts arrive, and others are removed in the same transaction.
    case arrived(ArrivingAccounts, removing: [AppID])
    /// A new tag, or a tag with a new name.
    case tag(TagTable.Entry, of: AppID)
    case tagDeleted(TagTable.Entry, of: AppID)
    case remark(String, of: Ordinal, AppID)
    case token(TokenChange)
    case followers(FollowerChange)
    case counters([CallCounter])
    /// A new or changed platform, and a new or changed grant if there is one.
    case platform(Component, grant: Grant?)
}

extension StoreChange {
    /// Adds what the change writes to disk to `transaction`.
    func write(into transaction: inout DiskTransaction, sequence: Int64, world: World) {
        switch self {
        case .account(let account, let number):
            transaction.rows.append(AccountRow(number: number, account: account, nextTagID: .firstCreated))
        case .accountUpdated(let updated):
            guard let account = world[updated.appID] else { return }
            transaction.rows.append(
                AccountRow(number: account.number, account: updated, nextTagID: account.tags.nextID))
            if updated.secret != account.account.secret {
                transaction.droppedTokens = account.tokens.values.joined().map(\.fingerprint)
            }
        case .arrived(let accounts, let removed):
            transaction.rows = accounts.rows(numberedFrom: world.accounts.count)
            transaction.arriving = accounts
            transaction.removed = removed.compactMap { world[$0] }.map { (number: $0.number, appID: $0.account.appID) }
            let gone = Set(removed).subtracting(accounts.appIDs)
            if world.platforms.grants.contains(where: { gone.contains($0.account) }) {
                var platforms = world.platforms
                platforms.removeGrants(of: gone)
                transaction.grants = platforms.grants
            }
        case .tag(let entry, let appID):
            guard let account = world[appID] else { return }
            var tags = account.tags
            tags.insert(entry)
            transaction.rows.append(TagRow(account: account.number, entry: entry))
            transaction.rows.append(
                AccountRow(number: account.number, account: account.account, nextTagID: tags.nextID))
        case .tagDeleted(let entry, let appID):
            guard let account = world[appID] else { return }
            transaction.droppedTag = (account.number, entry.id)
            var record = JournalRecordWriter()
            record.appendDeletion(of: entry.slot, account: account.number)
            transaction.journal = JournalRow(sequence: sequence, record: Data(record.bytes))
        case .remark(let remark, let ordinal, let appID):
            guard let account = world[appID] else { return }
            transaction.rows.append(RemarkRow(account: account.number, ordinal: ordinal, remark: remark))
        case .token(let change):
            transaction.rows.append(TokenRow(record: change.issued))
            transaction.rows += change.superseded.map(TokenRow.init)
            transaction.droppedTokens = change.dropped
        case .counters(let counters):
            transaction.rows += counters.map(CounterRow.init)
        case .platform(let platform, let grant):
            transaction.rows.append(ComponentRow(number: world.platforms.place(of: platform), platform: platform))
            if let grant {
                transaction.rows.append(GrantRow(number: world.platforms.place(of: grant), grant: grant))
            }
        case .followers(let change):
            var record = JournalRecordWriter()
            record.append(change)
            transaction.journal = JournalRow(sequence: sequence, record: Data(record.bytes))
        }
    }

    /// Applies the change to `world`, which makes it visible to readers.
    func apply(to world: inout World) throws(DamagedFile) {
        switch self {
        case .account(let account, _): world.insert(account)
        case .accountUpdated(let account): world.update(account)
        case .arrived(let accounts, let removed):
            let arriving = Set(accounts.appIDs)
            for appID in removed { world.remove(appID) }
            world.platforms.removeGrants(of: Set(removed).subtracting(arriving))
            accounts.arrive(in: &world)
        case .tag(let entry, let appID): world[appID]?.tags.insert(entry)
        case .tagDeleted(let entry, let appID):
            // A ``TagSweep`` removes the tag from the followers' words later.
            world[appID]?.tags.retire(entry)
        case .remark(let remark, let ordinal, let appID):
            world[appID]?.remarks[ordinal] = remark.isEmpty ? nil : remark
        case .token(let change): world.apply(change)
        case .counters(let counters): world.apply(counters)
        case .platform(let platform, let grant):
            world.platforms.put(platform)
            if let grant { world.platforms.put(grant) }
        case .followers(let change): try world.apply(change)
        }
    }
}
