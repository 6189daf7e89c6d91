import NIOCore
import OfficialAccount
import TagStore

/// The calls that tell of counts and reset them.
struct QuotaHandlers: Sendable {
    let keeper: QuotaKeeper
    let credentials: CredentialHandlers

    private static let endpoints = Dictionary(
        uniqueKeysWithValues: Endpoint.all.filter(\.isCounted).map { ($0.path, $0) })

    @Sendable func getQuota(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let path = try Self.path(try call.body.decode(QuotaRequest.self), caller.account)
        return keeper.quota(of: path, for: caller.account)
    }

    @Sendable func clearQuota(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let request = try call.body.decode(QuotaRequest.self)
        guard request.appID == caller.appID.rawValue else {
            throw Refusal(.invalidAppID, "appid must be that of the account whose token it is, \(caller.appID)")
        }
        try keeper.resetAll(of: caller.appID)
        return CommandDone()
    }

    @Sendable func clearQuotaBySecret(_ call: Call) async throws(Refusal) -> any Answer {
        // The page's own example has both in the query and no body; newer pages have them in the body.
        let request = call.body.buffer.readableBytes == 0 ? nil : try call.body.decode(QuotaRequest.self)
        let account = try await credentials.account(
            appID: request?.appID ?? call.query["appid"],
            secret: request?.secret ?? call.query["appsecret"], place: "query and body")
        try account.allowToken(for: account.secret)
        try keeper.count(.clearQuotaByAppSecret, by: account)
        try keeper.resetAll(of: account.appID)
        return CommandDone()
    }

    @Sendable func clearAPIQuota(_ caller: Caller, _ call: Call) async throws(Refusal) -> any Answer {
        let path = try Self.path(try call.body.decode(QuotaRequest.self), caller.account)
        try keeper.reset(path, of: caller.appID)
        return CommandDone()
    }

    private static func path(_ request: QuotaRequest, _ account: Account) throws(Refusal) -> String {
        guard let path = request.path, let endpoint = endpoints[path] else {
            throw Refusal(
                .quotaPathNotFound,
                "there is no API at \(Refusal.quoted(request.path ?? "")); cgi_path is the path with its leading slash")
        }
        guard account.isCertified || endpoint.access != .certifiedAccount else {
            throw Refusal(
                .quotaPathNotAllowed, "the account \(account.appID) is not certified and may not call \(path) at all")
        }
        return path
    }
}
