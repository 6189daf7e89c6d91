import AdminAPI
import Foundation
import Hummingbird
import OfficialAccount
import TagStore

/// The routes that only a sandbox's admin plane has: for the clock, resets, snapshots, relaxed accounts and unsteady
/// accounts.
struct SandboxRoutes: Sendable {
    let state: SandboxState
    let quotas: QuotaKeeper
    /// The pushes to third-party platforms. A reset forgets the events that wait.
    let events: ComponentEvents
    /// Does the work that a change of the clock has made due.
    let settle: @Sendable () async -> Void
    /// The gateway, which forgets its refused calls at a reset; nil if the admin plane has no gateway.
    let gateway: Gateway?

    private struct Turn: Decodable {
        let advance_seconds: Int64?
        let set: Int64?
        let frozen: Bool?
    }

    private static let turn = [
        AdminMember(
            "advance_seconds", .number(1...Int(SandboxClock.furthestLead)),
            "the number of seconds by which to advance the clock, up to a hundred years ahead of the system's clock"),
        AdminMember(
            "set", .number(Int(SandboxClock.times.lowerBound)...Int(SandboxClock.times.upperBound)),
            "the time to set the clock to, in Unix seconds"),
        AdminMember("frozen", .flag, "true to stop the clock, false to let it run"),
    ]
    private static let turnRules: [PresenceRule] = [
        .needs([["advance_seconds"], ["set"], ["frozen"]]), .notTogether(["advance_seconds", "set"]),
    ]

    private struct Account: Decodable {
        let account: String?
    }

    private static let account = AdminMember(
        "account", .text(.appID), "the only account to reset, or to keep in the snapshot; absent for everything")

    var routes: [AdminRoute] { clockRoutes + snapshotRoutes + unsteadyRoutes + relaxedRoutes }

    // MARK: The clock

    private var clockRoutes: [AdminRoute] {
        [
            AdminRoute(
                .get, "/sandbox/clock", "Show the sandbox's time, in Unix seconds.", answers: [.json(ClockReading.self)]
            ) { _, _ in reading },
            AdminRoute(
                .post, "/sandbox/clock", "Advance, set, stop or start the clock.",
                body: .object(Self.turn, rules: Self.turnRules), answers: [.json(ClockReading.self)],
                statuses: [200, 409]
            ) { request, _ in
                let turn: Turn = try await request.decodeJSON(of: Self.turn, rules: Self.turnRules)
                do {
                    try state.clock.turn(isFrozen: turn.frozen, to: turn.set, bySeconds: turn.advance_seconds)
                } catch let error as SandboxClockError {
                    throw AdminError.conflict(error.description)
                }
                await settle()
                return reading
            },
        ]
    }

    private var reading: Response {
        .json(ClockReading(now: state.clock.now.seconds, isFrozen: state.clock.isFrozen))
    }

    // MARK: Starting over

    private var snapshotRoutes: [AdminRoute] {
        [
            AdminRoute(
                .post, "/sandbox/reset",
                "Restore the first state of accounts, clock, faults and steadiness, or of one account only.",
                body: .optionalObject([Self.account]), answer: AccountsInPlace.self, statuses: [200, 400, 404]
            ) { request, _ in
                let wish: Account = try await request.decodeJSON(of: [Self.account], mayBeEmpty: true)
                let accounts = try await state.reset(wish.account.map { AppID($0) }, quotas: quotas)
                if wish.account == nil {
                    gateway?.forgetRefusedCalls()
                    events.forgetEvents()
                    await settle()
                }
                return AccountsInPlace(accounts: accounts.map(\.rawValue))
            },
            AdminRoute(
                .get, "/sandbox/snapshots", "List the snapshots, which are kept until the sandbox ends.",
                answers: [.json(SnapshotList.self)]
            ) { _, _ in
                .json(state.list)
            },
            AdminRoute(
                .put, "/sandbox/snapshots/{snapshot}",
                "Keep the state of every account and the clock, or of one account, under this name.",
                body: .optionalObject([Self.account]), answers: [.json(SnapshotInfo.self)],
                statuses: [200, 400, 404, 409]
            ) { request, context in
                let wish: Account = try await request.decodeJSON(of: [Self.account], mayBeEmpty: true)
                let name = try context.name(AdminRoute.snapshot)
                return .json(try await state.take(name, of: wish.account.map { AppID($0) }, quotas: quotas))
            },
            AdminRoute(
                .post, "/sandbox/snapshots/{snapshot}", "Restore a snapshot.",
                answer: AccountsInPlace.self, statuses: [200, 404]
            ) { _, context in
                let name = try context.name(AdminRoute.snapshot)
                guard let accounts = try await state.restore(name, quotas: quotas) else { throw Self.unknown(name) }
                await settle()
                return AccountsInPlace(accounts: accounts.map(\.rawValue))
            },
            AdminRoute(
                .delete, "/sandbox/snapshots/{snapshot}", "Forget a snapshot.", answers: [.json(SnapshotList.self)],
                statuses: [200, 404]
            ) { _, context in
                let name = try context.name(AdminRoute.snapshot)
                guard state.remove(name) else { throw Self.unknown(name) }
                return .json(state.list)
            },
        ]
    }

    private static func unknown(_ name: String) -> AdminError {
        .notFound("there is no snapshot \(Refusal.quoted(name)); see GET /sandbox/snapshots")
    }

    // MARK: Relaxed accounts

    private struct NextToken: Decodable {
        let access_token: String
    }

    private static let nextToken = AdminMember(
        "access_token", .text(.token), isRequired: true, "the text of the next token, such as ACCESS_TOKEN")

    private var relaxedRoutes: [AdminRoute] {
        [
            AdminRoute(
                .put, "/accounts/{appid}/next-token", "Choose the text of a relaxed account's next token.",
                body: .object([Self.nextToken]), answer: NamedAccount.self, statuses: [200, 400, 404, 409]
            ) { request, context in
                let appID = try await state.unsteadiness.existing(context)
                let wish: NextToken = try await request.decodeJSON(of: [Self.nextToken])
                guard state.relaxed.contains(appID) else {
                    throw AdminError.conflict("the account is not relaxed; create it with \"relaxed\":{}")
                }
                guard try await isFree(wish.access_token, for: appID),
                    state.relaxed.setNextToken(wish.access_token, of: appID)
                else {
                    throw AdminError.conflict("another account has this token; choose another text")
                }
                return NamedAccount(appID: appID.rawValue)
            }
        ]
    }

    /// Returns whether no other account has a record of `token`, and no third-party platform can use `token` now.
    ///
    /// A token that no longer works can still have a record. Only relaxed accounts can have a record of a chosen token.
    private func isFree(_ token: String, for appID: AppID) async throws(Refusal) -> Bool {
        let fingerprint = Fingerprint(of: token)
        for other in state.relaxed.appIDs where other != appID {
            let records = try await state.unsteadiness.tokens(of: other)
            if records.contains(where: { $0.fingerprint == fingerprint }) { return false }
        }
        let verdict = try await state.unsteadiness.verdict(
            on: fingerprint, text: TokenText(token), at: state.clock.now)
        return switch verdict {
        case .valid(let account): account.appID == appID
        case .component, .authorized: false
        case .expired, .unknown: true
        }
    }

    // MARK: Unsteadiness

    private static let unsteady: [AdminMember] = [
        .init(
            "tag_visible_after", .text(.durationWithUnit),
            "how long the server answers 45159 to calls that name a new tag"),
        .init("counts_lag", .text(.durationWithUnit), "the greatest age of the counts in tags/get"),
        .init("list_lag", .text(.durationWithUnit), "the time until lists show a tagging or an untagging"),
        .init(
            "openid_cooldown", .text(.durationWithUnit),
            "how long after a change the server answers 45169 to calls that change the same follower"),
        .init(
            "lost_success", .fraction(0...1),
            "the probability that the server answers a tagging with 0 and changes nothing"),
        .init("seed", .number(0...Int.max), "the seed of the random draws; 0 if absent"),
        .init(
            "partial", .number(45171...45171), "45171 to let a batch change its valid followers and refuse the others"),
    ]

    private var unsteadyRoutes: [AdminRoute] {
        [
            AdminRoute(
                .get, "/accounts/{appid}/unsteadiness", "Show how unsteady an account of the sandbox is.",
                answers: [.json(Unsteadiness.self)], statuses: [200, 404]
            ) { _, context in
                .json(state.unsteadiness.unsteadiness(of: try await state.unsteadiness.existing(context)))
            },
            AdminRoute(
                .put, "/accounts/{appid}/unsteadiness",
                "Make an account as unsteady as the platform is at times; an empty object makes it steady.",
                body: .object(Self.unsteady), answers: [.json(Unsteadiness.self)], statuses: [200, 400, 404]
            ) { request, context in
                let appID = try await state.unsteadiness.existing(context)
                let settings: Unsteadiness = try await request.decodeJSON(of: Self.unsteady)
                state.unsteadiness.setUnsteadiness(settings, of: appID)
                return .json(state.unsteadiness.unsteadiness(of: appID))
            },
        ]
    }
}
