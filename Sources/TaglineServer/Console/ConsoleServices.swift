import Hummingbird
import OfficialAccount
import TagStore

/// What the screens of the console read from. What they change goes through the admin plane's own routes.
struct ConsoleServices: Sendable {
    let store: any TagStore
    let surroundings: Surroundings
    let quotas: QuotaKeeper
    let meters: CallMeters
    /// Nil where no calls are kept.
    let journal: CallJournal?
    /// Nil in production.
    let sandbox: SandboxState?
    let history: HealthHistory
    let door: AdminDoor
    let rowCache = CallRowCache()
    let startedAt: UnixTime
    /// Whether calls of the API can be made from here.
    let makesCalls: Bool

    /// Accounts that a choice offers.
    static let offered = 50

    /// Returns the accounts to choose from, and the chosen one: the one of the name, or without a name the one with the most followers.
    /// Throws ``AdminError`` 404 for a name that no account has.
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

/// The accounts that a page offers, and the one it is about.
struct AccountChoice: Sendable {
    var offered: [AccountSummary]
    /// Nil if there is no account at all.
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
