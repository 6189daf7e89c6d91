import OfficialAccount
import TagStore

/// An account as a row of the list of accounts.
struct ListedAccount: Sendable {
    static let template = "account-row"

    let summary: AccountSummary
    let isOpen: Bool
    /// The address of the page with the account's details.
    let address: String

    func html(_ words: Words) -> String {
        let account = summary.account
        let data: PageData = [
            "appid": account.appID.rawValue, "kind": words["kind_\(account.kind.rawValue)"],
            "certified": account.isCertified, "frozen": account.isFrozen,
            "followers": summary.followers.grouped, "tags": summary.tags, "here": isOpen, "href": address,
        ]
        return PageLibrary.render(Self.template, data, words)
    }

    static let markup = """
        <tr{{#here}} aria-selected="true"{{/here}}><td class="mono"><a data-row href="{{href}}"><bdi>{{appid}}</bdi></a></td><td class="desk">{{kind}}</td><td>{{#certified}}<span class="pill ok">{{t.certified}}</span>{{/certified}}{{^certified}}<span class="pill fault">{{t.not_certified}}</span>{{/certified}}{{#frozen}} <span class="pill bad">{{t.frozen}}</span>{{/frozen}}</td><td class="num">{{followers}}</td><td class="num desk">{{tags}}</td></tr>
        """
}
