import OfficialAccount
import TagStore

/// Finds the caller of a call that was refused before the gateway had identified the caller. So the caller can look up
/// the call by its rid. Only refused calls need this search.
struct RefusedCallers: Sendable {
    let store: any TagStore
    let surroundings: Surroundings

    private struct BroughtCredentials: Decodable {
        let appid: String?
        let secret: String?
        let appsecret: String?
    }

    /// Returns the account whose token or secret the call sent; nil if there is no such account.
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
