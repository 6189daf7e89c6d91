import AdminAPI
import Foundation
import Hummingbird
import NIOCore
import OfficialAccount
import TagStore

/// The routes of the admin plane for accounts.
struct AccountRoutes: Sendable {
    let store: any TagStore
    let surroundings: Surroundings
    let quotas: QuotaKeeper
    /// The state of a sandbox; nil in production.
    let sandbox: SandboxState?

    /// The relaxed accounts of a sandbox; nil in production, which has none.
    private var relaxed: RelaxedAccounts? { sandbox?.relaxed }

    /// The settings of an account in a request. A setting that is absent does not change.
    private struct Settings: Decodable {
        let appid: String?
        let kind: Account.Kind?
        let certified: Bool?
        let frozen: Bool?
        let secret_frozen: Bool?
        let allowed_addresses: [String]?
        let secret: String?
        let relaxed: SecretWish?
        let limits: LimitOverrides?
        let quotas: [String: CallQuota]?
    }

    private static let changeable: [AdminMember] = [
        .init("certified", .flag, "enterprise-verified: may make tag calls"),
        .init("frozen", .flag, "every call is answered 50002"),
        .init("secret_frozen", .flag, "token calls are answered 40243"),
        .init(
            "allowed_addresses", .texts(.address, limit: IPAddress.mostAllowed),
            "the IP addresses that may fetch tokens; empty for every address"),
        .init(
            "limits", .object(LimitOverrides.choices.map { .init($0.name, .number($0.range), $0.summary) }),
            "the account's own limits, which replace its previous ones; without a limit, the server's limit applies"),
        .quotas(of: .path),
    ]

    private var creatable: [AdminMember] {
        [
            .init("appid", .text(.appID), isRequired: true, "1 to 64 letters, digits, - or _"),
            .init("kind", .choice(["service", "subscription"]), isRequired: true, "the kind of account"),
            SecretWish.member,
        ] + (relaxed == nil ? [] : [Self.relaxedMember]) + Self.changeable
    }

    private static let relaxedMember = AdminMember(
        "relaxed",
        .object([.init("secret", .text(.relaxedSecret), "the account's secret, if the member secret is absent")]),
        "makes the account accept openids such as OPENID1; they follow the account when a call names them")

    /// The new secret of an account. In a sandbox a relaxed account may also have a short secret.
    private var newSecret: AdminMember { relaxed == nil ? SecretWish.member : SecretWish.relaxedMember }

    var routes: [AdminRoute] {
        [
            AdminRoute(.get, "/accounts", "List every account.", answer: AccountList.self) { _, _ in
                AccountList(
                    accounts: try await store.accounts().map {
                        AccountInfo($0, isRelaxed: relaxed?.contains($0.account.appID) == true)
                    })
            },
            AdminRoute(
                .post, "/accounts", "Add an account; its secret is in the answer and nowhere else.",
                body: .object(creatable), answer: AccountInfo.self, statuses: [201, 400, 409], handler: create),
            AdminRoute(
                .get, "/accounts/{appid}", "Show one account.", answer: AccountInfo.self, statuses: [200, 404]
            ) { _, context in
                try await show(try Self.appID(context))
            },
            AdminRoute(
                .patch, "/accounts/{appid}", "Change an account.", body: .object(Self.changeable),
                answer: AccountInfo.self, statuses: [200, 400, 404], handler: change),
            AdminRoute(
                .delete, "/accounts/{appid}", "Remove an account with everything that belongs to it.",
                answer: NamedAccount.self, statuses: [200, 404]
            ) { _, context in
                let appID = try Self.appID(context)
                try sandbox?.checkForgetting(appID)
                try await store.deleteAccount(appID)
                try sandbox?.forget(appID)
                try await quotas.begin([appID])
                return NamedAccount(appID: appID.rawValue)
            },
            AdminRoute(
                .post, "/accounts/{appid}/secret", "Give an account a new secret; its tokens stop working at once.",
                body: .optionalObject([newSecret]), answer: IssuedSecret.self,
                statuses: relaxed == nil ? [200, 404] : [200, 404, 409], handler: rotate),
        ]
    }

    @Sendable private func create(_ request: Request, _ context: AdminContext) async throws -> AccountInfo {
        let settings: Settings = try await request.decodeJSON(of: creatable)
        guard let appID = settings.appid, let kind = settings.kind else {
            throw AdminError.badRequest("appid and kind are missing")
        }
        let isRelaxed = settings.relaxed != nil
        let secret = SecretWish.granted(settings.secret ?? settings.relaxed?.secret, surroundings)
        let account = Self.change(settings).applied(
            to: Account(appID: AppID(appID), kind: kind, isCertified: true, secret: Fingerprint(of: secret)))
        // The secret is only in the answer. So an account whose list cannot be written must not exist.
        let isListed = try await list(account.appID, isRelaxed: isRelaxed)
        do {
            try await store.createAccount(account)
        } catch {
            // Another request may have created the account in the meantime.
            if isListed, (try? await store.account(account.appID)) == nil {
                _ = try? relaxed?.set(account.appID, isRelaxed: !isRelaxed)
            }
            throw AdminError(creating: error)
        }
        var info = AccountInfo(AccountSummary(account: account, followers: 0, tags: 0), isRelaxed: isRelaxed)
        info.secret = secret
        return info
    }

    /// Makes a new account relaxed or strict, before the store creates it. If the account exists already, changes
    /// nothing.
    ///
    /// Returns whether the list of relaxed accounts has changed.
    private func list(_ appID: AppID, isRelaxed: Bool) async throws -> Bool {
        guard let relaxed, try await store.account(appID) == nil else { return false }
        return try relaxed.set(appID, isRelaxed: isRelaxed)
    }

    @Sendable private func change(_ request: Request, _ context: AdminContext) async throws -> AccountInfo {
        let change = Self.change(try await request.decodeJSON(of: Self.changeable))
        let account = try await store.updateAccount(try Self.appID(context), change)
        return try await show(account.appID)
    }

    @Sendable private func rotate(_ request: Request, _ context: AdminContext) async throws -> IssuedSecret {
        let wanted: SecretWish = try await request.decodeJSON(of: [newSecret], mayBeEmpty: true)
        let appID = try Self.appID(context)
        let isRelaxed = relaxed?.contains(appID) == true
        if let text = wanted.secret, !isRelaxed, !AdminMember.Text.secret.matches(text) {
            guard try await store.account(appID) != nil else { throw AdminError(Refusal.unknownAccount(appID)) }
            throw AdminError.conflict(
                "the account is not relaxed, so its secret must be \(AdminMember.Text.secret.words)")
        }
        let secret = SecretWish.granted(wanted.secret, surroundings)
        var change = AccountChange()
        change.secret = Fingerprint(of: secret)
        let account = try await store.updateAccount(appID, change)
        return IssuedSecret(appID: account.appID.rawValue, secret: secret)
    }

    private func show(_ appID: AppID) async throws -> AccountInfo {
        guard let summary = try await store.summary(of: appID) else {
            throw AdminError(Refusal.unknownAccount(appID))
        }
        return AccountInfo(summary, isRelaxed: relaxed?.contains(appID) == true)
    }

    static func appID(_ context: AdminContext) throws -> AppID {
        AppID(String(try context.parameters.require("appid")))
    }

    private static func change(_ settings: Settings) -> AccountChange {
        var change = AccountChange()
        change.isCertified = settings.certified
        change.isFrozen = settings.frozen
        change.isSecretFrozen = settings.secret_frozen
        change.limits = settings.limits
        change.quotas = settings.quotas
        change.allowedAddresses = settings.allowed_addresses?.map(IPAddress.callerText)
        return change
    }
}

extension AccountInfo {
    fileprivate init(_ summary: AccountSummary, isRelaxed: Bool = false) {
        self.init(
            appID: summary.account.appID.rawValue, settings: summary.account.settings, followers: summary.followers,
            tags: summary.tags, relaxed: isRelaxed ? true : nil)
    }
}
