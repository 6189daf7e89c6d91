import NIOCore
import OfficialAccount
import TagStore

/// Answers the two calls that issue access tokens.
struct CredentialHandlers: Sendable {
    private let store: any TagStore
    private let surroundings: Surroundings
    private let quotas: QuotaKeeper
    private let mint: TokenMint
    private let relaxed: RelaxedAccounts?
    private let faults: FaultBoard?
    private let rules = TokenRules()

    /// - Parameters:
    ///   - relaxed: the accounts for which a person can choose the text of the next token; nil if no account allows
    ///     this.
    ///   - faults: the faults, which can end a token; nil if the server has no faults.
    init(
        store: any TagStore, surroundings: Surroundings, quotas: QuotaKeeper, relaxed: RelaxedAccounts? = nil,
        faults: FaultBoard? = nil
    ) {
        self.relaxed = relaxed
        self.faults = faults
        self.store = store
        self.quotas = quotas
        self.surroundings = surroundings
        mint = TokenMint(surroundings: surroundings)
    }

    func answer(_ table: inout CallTable) {
        table.open(GetAccessToken.self, getAccessToken)
        table.open(GetStableAccessToken.self, getStableAccessToken)
    }

    @Sendable private func getAccessToken(
        _ request: GetAccessToken.Request, _ address: String?
    ) async throws(Refusal) -> IssuedToken {
        let account = try await account(
            appID: request.appID, secret: request.secret, grantType: request.grantType, place: "the query",
            address: address)
        try await quotas.count(GetAccessToken.endpoint, by: .account(Caller(account: account)))
        let token = relaxed?.takeNextToken(of: account.appID) ?? mint.ordinaryToken(of: account.appID)
        try await store.issueToken(
            NewToken(fingerprint: Fingerprint(of: token), secret: account.secret), for: account.appID,
            at: surroundings.now(), rules: rules)
        faults?.revive(Fingerprint(of: token))
        return IssuedToken(token: token, expiresIn: Int(rules.lifetime))
    }

    @Sendable private func getStableAccessToken(
        _ request: GetStableAccessToken.Request, _ address: String?
    ) async throws(Refusal) -> IssuedToken {
        let secret = request.secret ?? ""
        let account = try await account(
            appID: request.appID, secret: secret, grantType: request.grantType, place: "the JSON body",
            address: address)
        try await quotas.count(GetStableAccessToken.endpoint, by: .account(Caller(account: account)))
        let now = surroundings.now()
        let salt = mint.salt()
        let chosen = relaxed?.takeNextToken(of: account.appID)
        let candidate = chosen ?? mint.stableToken(secret: secret, appID: account.appID, salt: salt)
        let (record, text) = try await stableToken(
            of: account.appID, secret: secret, at: now, forceRefresh: request.forceRefresh == true || chosen != nil,
            candidate: NewToken(fingerprint: Fingerprint(of: candidate), secret: account.secret, salt: salt))
        // If the store returns the token that it already has, a later token gets the chosen text.
        if let chosen, record.fingerprint != Fingerprint(of: chosen) {
            _ = relaxed?.setNextToken(chosen, of: account.appID)
        }
        return IssuedToken(
            token: text ?? candidate, expiresIn: Int(rules.secondsLeft(of: record, at: now)))
    }

    /// Returns the record of the account's stable token, and the token's text. If a fault has ended the token in the
    /// store, or if the server does not know the token's text, `candidate` replaces that token.
    private func stableToken(
        of appID: AppID, secret: String, at now: UnixTime, forceRefresh: Bool, candidate: NewToken
    ) async throws(Refusal) -> (record: TokenRecord, text: String?) {
        var record = try await store.stableToken(
            for: appID, at: now, forceRefresh: forceRefresh, candidate: candidate, rules: rules)
        var text = text(of: record, secret: secret)
        let kept = record.fingerprint
        if kept != candidate.fingerprint, text == nil || faults?.end(of: { kept }) != nil {
            var rules = rules
            rules.endedToken = kept
            record = try await store.stableToken(
                for: appID, at: now, forceRefresh: false, candidate: candidate, rules: rules)
            text = self.text(of: record, secret: secret)
        }
        if record.fingerprint == candidate.fingerprint { faults?.revive(candidate.fingerprint) }
        return (record, text)
    }

    /// Returns the text of a stable token; nil if a test chose the text and this process does not know it. A restart
    /// loses the chosen texts, and an imported state does not have them.
    private func text(of record: TokenRecord, secret: String) -> String? {
        relaxed?.givenToken(of: record.appID, record.fingerprint)
            ?? mint.stableToken(secret: secret, appID: record.appID, of: record)
    }

    /// Returns the account for which a caller requests a token. Throws a refusal if the account may not get a token.
    private func account(
        appID: String?, secret: String?, grantType: String?, place: String, address: String?
    ) async throws(Refusal) -> Account {
        // Check for missing values first. Then check the type of grant, and then the other values.
        if let appID, !appID.isEmpty, let secret, !secret.isEmpty, grantType != "client_credential" {
            throw Refusal(.invalidGrantType, "grant_type must be client_credential, in \(place)")
        }
        let account = try await account(appID: appID, secret: secret, place: place)
        if let address, !IPAddress.allows(address, in: account.allowedAddresses) {
            throw .addressNotAllowed(address)
        }
        try account.allowToken(for: account.secret)
        return account
    }

    /// Returns the account `appID` if `secret` is the secret of this account. Otherwise throws 41002, 41004, 40013 or
    /// 40125.
    func account(appID: String?, secret: String?, place: String) async throws(Refusal) -> Account {
        guard let appID, !appID.isEmpty else { throw Refusal(.appIDMissing, "appid is missing from \(place)") }
        guard let secret, !secret.isEmpty else {
            throw Refusal(.appSecretMissing, "the secret is missing from \(place)")
        }
        guard let account = try await store.account(AppID(appID)) else { throw .unknownAccount(AppID(appID)) }
        guard account.secret == Fingerprint(of: secret) else {
            throw Refusal(.invalidAppSecret, "the secret does not belong to \(account.appID)")
        }
        return account
    }
}

extension Refusal {
    /// Returns a refusal whose text contains `address` and its IPv6 form, like the platform's text.
    static func addressNotAllowed(_ address: String) -> Refusal {
        let ipv6 = address.contains(":") ? address : "::ffff:\(address)"
        return Refusal(
            .addressNotAllowed, "\(address) is not on the account's list of addresses that may fetch tokens",
            message: "invalid ip \(address) ipv6 \(ipv6), not in whitelist")
    }
}
