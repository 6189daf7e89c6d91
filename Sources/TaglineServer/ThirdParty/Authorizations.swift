import OfficialAccount
import TagStore

/// What an account's administrator does: authorise a platform, and take that back.
struct Authorizations: Sendable {
    let store: any TagStore
    let surroundings: Surroundings
    let events: ComponentEvents

    /// An account authorises a platform; the event is pushed.
    ///
    /// Throws 61011 or 40013 for a platform or an account that is not there.
    ///
    /// - Parameter preAuthCode: what the page was opened with; empty if it was not. It is used up.
    /// - Returns: the authorization_code.
    func authorize(
        _ component: AppID, by account: AppID, sets: [Int], preAuthCode: String = ""
    ) async throws(Refusal) -> String {
        let mint = ComponentMint(surroundings: surroundings)
        let (code, refreshToken, now) = (mint.authorizationCode(), mint.refreshToken(), surroundings.now())
        let (codeFingerprint, preAuthFingerprint) = (
            Fingerprint(of: code), preAuthCode.isEmpty ? nil : Fingerprint(of: preAuthCode)
        )
        let isUpdate = try await store.changePlatform(component, account: account) {
            (platform, grant) throws(Refusal) in
            if let preAuthFingerprint {
                guard platform.knows(preAuthCode: preAuthFingerprint, at: now) else {
                    throw Refusal(.authorizationCodeInvalid, "the pre_auth_code is unknown, used or too old")
                }
            }
            let isUpdate = grant?.isActive ?? false
            platform.authorize(
                &grant, by: account, sets: sets, preAuthCode: preAuthFingerprint, code: codeFingerprint,
                refreshToken: refreshToken, at: now)
            return isUpdate
        }
        events.push(
            .authorized(
                account: account, code: code, codeExpiresAt: now + ComponentRules.codeLifetime,
                preAuthCode: preAuthCode, isUpdate: isUpdate), to: component)
        return code
    }

    /// An account takes back what it granted; the event is pushed. Throws 61003 if it grants nothing.
    func withdraw(_ component: AppID, by account: AppID) async throws(Refusal) {
        try await store.changePlatform(component, account: account) { (platform, grant) throws(Refusal) in
            guard var withdrawn = grant else { throw .notAuthorized(account, platform.appID) }
            try withdrawn.allow()
            withdrawn.withdraw()
            grant = withdrawn
        }
        events.push(.unauthorized(account: account), to: component)
    }
}
