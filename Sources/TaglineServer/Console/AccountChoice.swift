import OfficialAccount
import TagStore

/// The accounts in a page's selection list, and the account that the page shows.
struct AccountChoice: Sendable {
    /// The most bytes of HTML that the list can take up on a page.
    private static let mostBytes = 5000

    var offered: [AccountSummary]
    /// The chosen account; nil if the server has no account.
    var chosen: AccountSummary?
    var total: Int

    var appID: String { chosen?.account.appID.rawValue ?? "" }

    /// Returns the options of the list, with the kind of each account.
    func data(_ words: Words) -> [PageData] {
        Self.data(
            offered.map { summary in
                let account = summary.account
                var text = "\(account.appID) · \(words["kind_\(account.kind.rawValue)"])"
                if !account.isCertified { text += " · \(words["not_certified"])" }
                return ListOption(
                    account.appID.rawValue, text, isChosen: account.appID == chosen?.account.appID)
            })
    }

    /// Returns the options of a list that filters by account.
    ///
    /// - Parameter chosen: the appid by which the page filters; nil if the page shows all accounts.
    func data(filteredBy chosen: String?) -> [PageData] {
        var appIDs = offered.map(\.account.appID.rawValue)
        if let chosen, !appIDs.contains(chosen) { appIDs.append(chosen) }
        return Self.data(appIDs.map { ListOption($0, $0, isChosen: $0 == chosen) })
    }

    private static func data(_ options: [ListOption]) -> [PageData] {
        ListOption.fitting(options, in: mostBytes).map(\.data)
    }
}
