import OfficialAccount
import TagStore

/// The actions of an account's administrator: authorise a platform, and withdraw the authorisation.
struct Authorizations: Sendable {
    let store: any TagStore
    let surroundings: Surroundings
    let events: ComponentEvents

    /// Makes an account authorise a platform, and pushes an event about the authorisation to the platform.
    ///
    /// Throws 61011 for an unknown platform, and 40013 for an unknown account.
    ///
    /// - Parameter preAuthCode: the code with which the browser opened the ``AuthorizationPage``; empty if the
    ///   administrator does not use this page. After the authorisation, the code no longer works.
    /// - Returns: the authorization_code.
    func authorize(
        _ component: AppID, by account: AppID, sets: [Int], preAuthCode: String = ""
    ) async throws(Refusal) -> String {
        let mint = ComponentMint(surroundings: surroundings)
        let (code, refreshToken, now) = (mint.authorizationCode(), mint.refreshToken(), surroundings.now())
        let (codeFingerprint, preAuthFingerprint) = (
            Fingerprint(of: code), preAuthCode.isEmpty ? nil : Fingerprint(of: preAuthCode)
        )
        let isUpdate = try await store.changeComponent(component, account: account) {
            (component, grant) throws(Refusal) in
            if let preAuthFingerprint {
                guard component.knows(preAuthCode: preAuthFingerprint, at: now) else {
                    throw Refusal(.authorizationCodeInvalid, "the pre_auth_code is unknown, used or too old")
                }
            }
            let isUpdate = grant?.isActive ?? false
            component.authorize(
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

    /// Withdraws the grant of an account, and pushes an event about the withdrawal to the platform. Throws 61003 if
    /// there is no grant, or if the account has already withdrawn it.
    func withdraw(_ component: AppID, by account: AppID) async throws(Refusal) {
        try await store.changeComponent(component, account: account) { (component, grant) throws(Refusal) in
            guard var withdrawn = grant else { throw .notAuthorized(account, component.appID) }
            try withdrawn.allow()
            withdrawn.withdraw()
            grant = withdrawn
        }
        events.push(.unauthorized(account: account), to: component)
    }
}
