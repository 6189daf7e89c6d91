import AdminAPI
import OfficialAccount
import TagStore

/// A snapshot of a sandbox as a row of the list.
struct SnapshotRow: Sendable {
    static let template = "snapshot-row"

    let info: SnapshotInfo

    func html(_ words: Words) -> String {
        let data: PageData = [
            "name": info.name, "shown": Excerpt.inRow(info.name), "account": info.account ?? words["all_accounts"],
            "followers": info.followers.grouped,
            "moment": BeijingTimeText.moment(UnixTime(seconds: info.time)),
        ]
        return PageLibrary.render(Self.template, data, words)
    }

    static let markup = """
        <tr><td class="wrap"><b><bdi>{{shown}}</bdi></b></td><td class="desk mono">{{account}}</td><td class="num">{{followers}}</td><td class="mono desk">{{moment}}</td><td><button form="restore" name="name" value="{{name}}">{{t.restore}}</button> <button form="remove" name="name" value="{{name}}">{{t.delete}}</button></td></tr>
        """
}
