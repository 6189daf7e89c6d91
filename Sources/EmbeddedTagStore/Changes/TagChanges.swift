import Foundation
import OfficialAccount
import TagStore

/// A new tag, or a tag with a new name. The answer to the caller is the id of the tag.
struct TagDefinition: StoreChange {
    let account: AccountNumber
    let entry: TagTable.Entry

    var answer: TagID { entry.id }

    func write(into transaction: inout DiskTransaction, sequence: Int64, world: World) {
        let image = world.accounts[Int(account)]
        var tags = image.tags
        tags.insert(entry)
        transaction.rows.append(TagRow(account: account, entry: entry))
        transaction.rows.append(AccountRow(number: account, account: image.account, nextTagID: tags.nextID))
    }

    func apply(to state: inout StoreState) {
        state.world.accounts[Int(account)].tags.insert(entry)
    }
}

/// The deletion of a tag. A ``TagSweep`` removes the tag from the followers' tag words later.
struct TagDeletion: StoreChange {
    typealias Answer = Void

    let account: AccountNumber
    let entry: TagTable.Entry

    func write(into transaction: inout DiskTransaction, sequence: Int64, world: World) {
        transaction.droppedTag = (account, entry.id)
        var record = JournalRecordWriter()
        record.appendDeletion(of: entry.slot, account: account)
        transaction.journal = JournalRow(sequence: sequence, record: Data(record.bytes))
    }

    func apply(to state: inout StoreState) {
        let image = state.world.accounts[Int(account)]
        image.tags.retire(entry)
        state.beginSweep(of: entry.slot, in: image)
    }
}
