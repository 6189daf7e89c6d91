import AdminAPI
import OfficialAccount
import TagStore

extension CallJournal {
    /// The most groups of refused calls in a report.
    static let mostRefusals = 200

    /// Groups the refused calls that match `filter` by errcode, path, account and kind of caller. Cost: proportional to
    /// the number of calls that the journal keeps.
    func refusals(of filter: CallFilter, after number: Int? = nil) -> CallRefusalList {
        struct Key: Hashable {
            let errcode: Int
            let path: ExactText
            let account: ExactText?
            let via: CallRecord.Via
        }
        var filter = filter
        filter.isRefused = true
        var groups: [Key: CallRefusals] = [:]
        for (number, entry) in find(filter, after: number ?? 0, limit: .max).entries {
            let record = entry.outline
            let key = Key(
                errcode: entry.code.rawValue, path: ExactText(record.path), account: record.account.map(ExactText.init),
                via: entry.via)
            var group =
                groups[key]
                ?? CallRefusals(
                    errcode: key.errcode, path: record.path, account: record.account, via: key.via, count: 0,
                    first: entry.time.seconds, latest: entry.time.seconds, last: number)
            group.count += 1
            group.latest = entry.time.seconds
            group.last = number
            groups[key] = group
        }
        return CallRefusalList(
            refusals: Array(groups.values.sorted { $0.last > $1.last }.prefix(Self.mostRefusals)))
    }
}
