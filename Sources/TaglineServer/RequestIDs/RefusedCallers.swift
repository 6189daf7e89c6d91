import OfficialAccount
import TagStore

/// Tells whose a call was that was refused before that mattered, so that it can be found by its rid. Only refused calls
/// come this way.
struct RefusedCallers: Sendable {
    let store: any TagStore
    let surroundings: Surroundings

    private struct BroughtCredentials: Decodable {
        let appid: String?
        let secret: String?
        let appsecret: String?
    }

    /// The account whose token the call brought, or whose secret; nil for nobody's.
    func caller(of request: APIRequest, _ body: CallBody) async -> Caller? {
        let query = CallQuery(request.target)
        if let token = try? query.token(["access_token"]) { return await caller(bringing: token) }
        let brought = try? body.decode(BroughtCredentials.self)
        guard
            let appID = query["appid"] ?? brought?.appid,
            let secret = query["secret"] ?? query["appsecret"] ?? brought?.secret ?? brought?.appsecret,
            let account = try? await store.account(AppID(appID)), account.secret == Fingerprint(of: secret)
        else { return nil }
        return Caller(account: account)
    }

    private func caller(bringing token: String) async -> Caller? {
        switch try? await store.verdict(on: Fingerprint(of: token), text: TokenText(token), at: surroundings.now()) {
        case .valid(let account), .authorized(let account, _, _): Caller(account: account)
        case .component, .expired, .unknown, nil: nil
        }
    }
}
