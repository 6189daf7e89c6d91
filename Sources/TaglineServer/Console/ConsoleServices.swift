import Hummingbird
import OfficialAccount
import TagStore

/// The sources of the data that the console shows. The console makes every change through the routes of the admin
/// plane.
struct ConsoleServices: Sendable {
    let store: any TagStore
    let surroundings: Surroundings
    let quotas: QuotaKeeper
    let meters: CallMeters
    /// The journal; nil if the server keeps no calls.
    let journal: CallJournal?
    /// The state of the sandbox; nil in production.
    let sandbox: SandboxState?
    let history: HealthHistory
    let door: AdminDoor
    let rowCache = CallRowCache()
    let imports = FollowerImports()
    let startedAt: UnixTime
    /// Whether the console can make calls of the API.
    let makesCalls: Bool

    /// The most accounts in a selection list.
    static let offered = 50

    /// Returns the accounts for a selection list and the chosen one: the account with the given name. Without a name,
    /// it chooses the account with the most followers. Throws ``AdminError`` 404 if no account has the name.
    func accounts(chosen name: String?) async throws -> AccountChoice {
        let all = try await store.accounts()
        let chosen =
            name.map { name in all.first { $0.account.appID.rawValue == name } }
            ?? all.max { $0.followers < $1.followers }
        if let name, chosen == nil { throw AdminError(Refusal.unknownAccount(AppID(name))) }
        var offered = Array(all.prefix(Self.offered))
        if let chosen, !offered.contains(where: { $0.account.appID == chosen.account.appID }) { offered.append(chosen) }
        return AccountChoice(offered: offered, chosen: chosen, total: all.count)
    }
}

/// The accounts in a page's selection list, and the account that the page shows.
struct AccountChoice: Sendable {
    var offered: [AccountSummary]
    /// The chosen account; nil if the server has no account.
    var chosen: AccountSummary?
    var total: Int

    var appID: String { chosen?.account.appID.rawValue ?? "" }

    func data(_ words: Words) -> [PageData] {
        offered.map { summary in
            let account = summary.account
            var text = "\(account.appID) · \(words["kind_\(account.kind.rawValue)"])"
            if !account.isCertified { text += " · \(words["not_certified"])" }
            return [
                "value": account.appID.rawValue, "text": text, "chosen": account.appID == chosen?.account.appID,
            ]
        }
    }
}
