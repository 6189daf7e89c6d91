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
    /// The journal of calls; nil if the server keeps no calls.
    let journal: CallJournal?
    /// The state of the sandbox; nil in production.
    let sandbox: SandboxState?
    let history: HealthHistory
    let door: AdminDoor
    let rowCache = CallRowCache()
    let imports = FollowerImports()
    let startedAt: UnixTime
    /// When the server started, by a clock that a sandbox cannot move.
    let begun = ContinuousClock.now
    /// Whether the console can make calls of the API.
    let makesCalls: Bool

    /// The most accounts in a selection list.
    static let offered = 50

    /// Returns the accounts for a selection list, and the chosen account.
    ///
    /// The chosen account has the appid `name`. If `name` is nil, the account with the most followers is chosen. Throws
    /// ``AdminError`` 404 if no account has the appid `name`.
    ///
    /// If the store cannot list all accounts, for example because one of its machines does not answer, the list has
    /// only the account `name`. If `name` is nil, throws the refusal of the store.
    func accounts(chosen name: String?) async throws -> AccountChoice {
        let all: [AccountSummary]
        do throws(Refusal) {
            all = try await store.accounts()
        } catch {
            guard let name, let chosen = try? await store.summary(of: AppID(name)) else { throw error }
            return AccountChoice(offered: [chosen], chosen: chosen, total: 1)
        }
        let chosen =
            name.map { name in all.first { $0.account.appID.rawValue == name } }
            ?? all.max { $0.followers < $1.followers }
        if let name, chosen == nil { throw AdminError(Refusal.unknownAccount(AppID(name))) }
        var offered = Array(all.prefix(Self.offered))
        if let chosen, !offered.contains(where: { $0.account.appID == chosen.account.appID }) { offered.append(chosen) }
        return AccountChoice(offered: offered, chosen: chosen, total: all.count)
    }

    /// Returns the call that tags `openIDs` with a tag of the demo world. Returns nil if the server does not have the
    /// account of the demo world, or if the console cannot make calls of the API.
    func example(tagging openIDs: [String]) async throws -> AdminCall? {
        let demo = DemoWorld.service.appID
        guard makesCalls, try await store.account(demo) != nil else { return nil }
        return FollowerFormCalls.tag(openIDs, DemoWorld.guangdong.rawValue, of: demo.rawValue)
    }
}
