import Foundation

// The answer to the caller is the number of followers who did not follow the account before this change.
extension FollowerChange: StoreChange {
    var answer: Int { arrived.count + returned.count }

    func write(into transaction: inout DiskTransaction, sequence: Int64, world: World) {
        var record = JournalRecordWriter()
        record.append(self)
        transaction.journal = JournalRow(sequence: sequence, record: Data(record.bytes))
    }

    func apply(to state: inout StoreState) throws(DamagedFile) {
        try state.world.apply(self)
    }
}

/// A new remark about a follower. An empty remark removes the follower's present remark.
struct RemarkChange: StoreChange {
    typealias Answer = Void

    let account: AccountNumber
    let ordinal: Ordinal
    let remark: String

    func write(into transaction: inout DiskTransaction, sequence: Int64, world: World) {
        transaction.rows.append(RemarkRow(account: account, ordinal: ordinal, remark: remark))
    }

    func apply(to state: inout StoreState) {
        state.world.accounts[Int(account)].remarks[ordinal] = remark.isEmpty ? nil : remark
    }
}
