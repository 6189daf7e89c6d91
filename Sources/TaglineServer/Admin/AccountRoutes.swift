import Foundation
import Hummingbird
import NIOCore
import OfficialAccount
import TagStore

/// What the admin plane does with accounts.
struct AccountRoutes: Sendable {
    let store: any TagStore
    let surroundings: Surroundings

    /// What a request says of an account; what is absent stays as it is.
    private struct Settings: Decodable {
        let appid: String?
        let kind: Account.Kind?
        let certified: Bool?
        let frozen: Bool?
        let secret_frozen: Bool?
        let allowed_addresses: [String]?
        let secret: String?
    }

    private static let appIDPattern = "^[A-Za-z0-9_-]{1,64}$"

    private static let changeable: [AdminRoute.Member] = [
        .init("certified", .flag, "enterprise-verified: may make tag calls"),
        .init("frozen", .flag, "every call is answered 50002"),
        .init("secret_frozen", .flag, "token calls are answered 40243"),
        .init("allowed_addresses", .texts, "who may fetch tokens, by address; empty for everyone"),
    ]

    var routes: [AdminRoute] {
        [
            AdminRoute(.get, "/accounts", "List every account.") { _, _ in
                let accounts = try await store.accounts()
                return .json { answer in
                    answer.field("accounts") { json in json.array(accounts) { $0.write(to: &$1) } }
                }
            },
            AdminRoute(
                .post, "/accounts", "Add an account; its secret is in the answer and nowhere else.",
                body: .object(
                    [
                        .init(
                            "appid", .text(pattern: Self.appIDPattern), isRequired: true,
                            "1 to 64 letters, digits, - or _"),
                        .init("kind", .choice(["service", "subscription"]), isRequired: true, "the kind of account"),
                        .init("secret", .text(pattern: "^.{16,128}$"), "16 to 128 characters; made for you if absent"),
                    ] + Self.changeable), statuses: [201, 400, 409], handler: create),
            AdminRoute(.get, "/accounts/{appid}", "Show one account.", statuses: [200, 404]) { _, context in
                try await show(try Self.appID(context))
            },
            AdminRoute(
                .patch, "/accounts/{appid}", "Change an account.", body: .object(Self.changeable),
                statuses: [200, 400, 404], handler: change),
            AdminRoute(
                .post, "/accounts/{appid}/secret", "Give an account a new secret; its tokens end at once.",
                statuses: [200, 404], handler: rotate),
        ]
    }

    @Sendable private func create(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let settings: Settings = try await request.decodeJSON()
        guard let appID = settings.appid, appID.wholeMatch(of: /[A-Za-z0-9_-]{1,64}/) != nil else {
            throw AdminError.badRequest("appid is 1 to 64 letters, digits, - or _")
        }
        guard let kind = settings.kind else { throw AdminError.badRequest("kind is service or subscription") }
        let secret = settings.secret ?? newSecret()
        guard 16...128 ~= secret.unicodeScalars.count else {
            throw AdminError.badRequest("a secret has 16 to 128 characters")
        }
        let account = try Self.change(settings).applied(
            to: Account(appID: AppID(appID), kind: kind, isCertified: true, secret: Fingerprint(of: secret)))
        if try await store.account(account.appID) != nil {
            throw AdminError.conflict("there is an account with this appid already")
        }
        try await store.createAccount(account)
        let summary = AccountSummary(account: account, followers: 0, tags: 0)
        return .json(status: .created) { answer in
            summary.fields(&answer)
            answer.field("secret", secret)
        }
    }

    @Sendable private func change(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let change = try Self.change(try await request.decodeJSON())
        let account = try await store.updateAccount(try Self.appID(context), change)
        return try await show(account.appID)
    }

    @Sendable private func rotate(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let secret = newSecret()
        var change = AccountChange()
        change.secret = Fingerprint(of: secret)
        let account = try await store.updateAccount(try Self.appID(context), change)
        return .json {
            $0.field("appid", account.appID.rawValue)
            $0.field("secret", secret)
        }
    }

    private func show(_ appID: AppID) async throws -> Response {
        guard let summary = try await store.accounts().first(where: { $0.account.appID == appID }) else {
            throw AdminError(Refusal.unknownAccount(appID))
        }
        return .json { summary.fields(&$0) }
    }

    /// Thirty-two hexadecimal digits, as the platform's secrets are.
    private func newSecret() -> String {
        surroundings.randomBytes(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func appID(_ context: BasicRequestContext) throws -> AppID {
        AppID(String(try context.parameters.require("appid")))
    }

    private static func change(_ settings: Settings) throws -> AccountChange {
        var change = AccountChange()
        change.isCertified = settings.certified
        change.isFrozen = settings.frozen
        change.isSecretFrozen = settings.secret_frozen
        guard let addresses = settings.allowed_addresses else { return change }
        guard addresses.count <= 200 else { throw AdminError.badRequest("at most 200 addresses can be allowed") }
        change.allowedAddresses = try addresses.map { text in
            guard let address = try? SocketAddress(ipAddress: text, port: 0), let canonical = address.ipAddress else {
                throw AdminError.badRequest("\(Refusal.quoted(text)) is not an IP address")
            }
            return canonical
        }
        return change
    }
}

extension AccountSummary {
    fileprivate func write(to json: inout JSONText) {
        json.object { fields(&$0) }
    }

    fileprivate func fields(_ fields: inout JSONText.Fields) {
        fields.field("appid", account.appID.rawValue)
        fields.field("kind", account.kind.rawValue)
        fields.field("certified", account.isCertified)
        fields.field("frozen", account.isFrozen)
        fields.field("secret_frozen", account.isSecretFrozen)
        fields.field("allowed_addresses") { json in json.array(account.allowedAddresses) { $1.string($0) } }
        fields.field("followers", followers)
        fields.field("tags", tags)
    }
}

extension Request {
    /// The body as JSON. Throws ``AdminError`` with what is wrong with it.
    func decodeJSON<Value: Decodable>(_ type: Value.Type = Value.self) async throws -> Value {
        let body: ByteBuffer
        do {
            body = try await self.body.collect(upTo: 64 * 1024)
        } catch is NIOTooManyBytesError {
            throw AdminError(status: .contentTooLarge, sentence: "the body is larger than 64 KiB")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
        } catch {
            throw AdminError.badRequest("the body is not the JSON object this call takes; see /openapi.json")
        }
    }
}
