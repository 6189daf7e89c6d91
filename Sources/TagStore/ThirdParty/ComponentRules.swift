import OfficialAccount

/// How long what a platform is given works.
///
/// Source: `doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/creat_token` and the pages of the calls.
public enum ComponentRules {
    /// Seconds a ticket is good for.
    public static let ticketLifetime: Int64 = 12 * 3600
    /// Seconds between two tickets.
    public static let ticketInterval: Int64 = 600
    /// Seconds a component_access_token and an authorizer_access_token live.
    public static let tokenLifetime = Int64(Limits.tokenSeconds)
    /// Seconds the token before keeps working beside the new one.
    public static let overlap: Int64 = 300
    /// Seconds a pre_auth_code is good for. The page says 1800, its sample and older pages 600.
    public static let preAuthCodeLifetime: Int64 = 1800
    /// Seconds an authorization_code is good for.
    public static let codeLifetime: Int64 = 3600
    /// Tickets that are remembered: more than a day's.
    static let rememberedTickets = 200
    /// Codes of either kind and tokens that are remembered of one platform or grant; beyond it the oldest go.
    static let remembered = 1000
}

// What happens to a platform: the decisions, without the storage.
extension Component {
    /// Whether a secret is its own. Throws 40125.
    public func allow(secret: Fingerprint) throws(Refusal) {
        guard self.secret == secret else {
            throw Refusal(.invalidAppSecret, "the secret is not the one of the platform \(appID)")
        }
    }

    /// Another component_appsecret; its component_access_tokens end at once.
    public mutating func replaceSecret(by secret: Fingerprint) {
        self.secret = secret
        tokens = []
    }

    /// Takes up a new ticket.
    public mutating func addTicket(_ ticket: Fingerprint, at now: UnixTime) {
        tickets.append(ExpiringSecret(fingerprint: ticket, expiresAt: now + ComponentRules.ticketLifetime))
        tickets.removeFirst(max(0, tickets.count - ComponentRules.rememberedTickets))
    }

    /// Takes up a new component_access_token. Throws 61006 for a ticket that was never pushed, 61005 for one that is
    /// too old.
    public mutating func issueToken(
        _ token: Fingerprint, for ticket: Fingerprint, at now: UnixTime
    ) throws(Refusal) {
        guard let known = tickets.first(where: { $0.fingerprint == ticket }) else {
            throw Refusal(.componentTicketInvalid, "the ticket was never pushed to this platform")
        }
        guard !known.expiresAt.isOver(at: now, setWithin: ComponentRules.ticketLifetime) else {
            throw Refusal(.componentTicketExpired, "the ticket is more than twelve hours old; take the latest")
        }
        tokens.replace(by: token, at: now)
    }

    /// Takes up a new pre_auth_code.
    public mutating func issuePreAuthCode(_ code: Fingerprint, at now: UnixTime) {
        preAuthCodes.removeAll { $0.expiresAt.isOver(at: now, setWithin: ComponentRules.preAuthCodeLifetime) }
        preAuthCodes.append(
            ExpiringSecret(fingerprint: code, expiresAt: now + ComponentRules.preAuthCodeLifetime))
        preAuthCodes.removeFirst(max(0, preAuthCodes.count - ComponentRules.remembered))
    }

    /// Whether a pre_auth_code is this platform's and still good.
    public func knows(preAuthCode: Fingerprint, at now: UnixTime) -> Bool {
        preAuthCodes.contains {
            $0.fingerprint == preAuthCode
                && !$0.expiresAt.isOver(at: now, setWithin: ComponentRules.preAuthCodeLifetime)
        }
    }

    /// An account authorises the platform, for the first time or anew; what it had granted before counts no more.
    ///
    /// - Parameters:
    ///   - sets: what it grants; those that the platform does not have itself are left out.
    ///   - preAuthCode: is used up; nil if the authorisation did not come through the page.
    public mutating func authorize(
        _ grant: inout Grant?, by account: AppID, sets: [Int], preAuthCode: Fingerprint?, code: Fingerprint,
        refreshToken: String, at now: UnixTime
    ) {
        preAuthCodes.removeAll { $0.fingerprint == preAuthCode }
        // A code of an earlier authorisation is worth nothing any more.
        codes.removeAll { $0.account == account }
        codes.append(
            AuthorizationCode(fingerprint: code, account: account, expiresAt: now + ComponentRules.codeLifetime))
        codes.removeFirst(max(0, codes.count - ComponentRules.remembered))
        var renewed =
            grant
            ?? Grant(
                component: appID, account: account, isActive: true, permissionSets: [], authorizedAt: now,
                refreshToken: refreshToken)
        // Tokens of an earlier authorisation end with it.
        renewed.tokens = []
        renewed.isActive = true
        renewed.permissionSets = Set(sets).intersection(settings.permissionSets).sorted()
        renewed.authorizedAt = now
        renewed.refreshToken = refreshToken
        grant = renewed
    }

    /// Whose an authorization_code is, which is used up by that. Throws 61009 for one that is unknown, another
    /// platform's or used, 61010 for one that is too old.
    public mutating func useCode(_ code: Fingerprint, at now: UnixTime) throws(Refusal) -> AppID {
        guard let place = codes.firstIndex(where: { $0.fingerprint == code }) else {
            throw Refusal(
                .authorizationCodeInvalid, "the authorization_code was never issued to this platform, or has been used")
        }
        guard !codes[place].expiresAt.isOver(at: now, setWithin: ComponentRules.codeLifetime) else {
            throw Refusal(.authorizationCodeExpired, "the authorization_code is more than an hour old")
        }
        return codes.remove(at: place).account
    }

    /// Whose an authorization_code is, without using it up.
    public func account(ofCode code: Fingerprint) -> AppID? {
        codes.first { $0.fingerprint == code }?.account
    }
}

extension Grant {
    /// Takes up a new authorizer_access_token.
    public mutating func issueToken(_ token: Fingerprint, at now: UnixTime) {
        tokens.replace(by: token, at: now)
    }

    /// The account takes back what it granted.
    public mutating func withdraw() {
        isActive = false
    }

    /// Throws 61003 unless the grant stands.
    public func allow() throws(Refusal) {
        guard isActive else { throw .notAuthorized(account, component) }
    }
}

extension [ReplaceableToken] {
    /// The token before keeps working for the overlap.
    fileprivate mutating func replace(by token: Fingerprint, at now: UnixTime) {
        for index in indices {
            self[index].worksUntil = Swift.min(
                self[index].worksUntil ?? now + ComponentRules.overlap, now + ComponentRules.overlap)
        }
        removeAll { $0.isReplaced(at: now) }
        append(ReplaceableToken(fingerprint: token, expiresAt: now + ComponentRules.tokenLifetime, worksUntil: nil))
        removeFirst(Swift.max(0, count - ComponentRules.remembered))
    }
}

extension ReplaceableToken {
    /// Whether it works at a moment, has expired, or is as good as unknown.
    func standing(at now: UnixTime) -> TokenStanding {
        if isReplaced(at: now) { return .unknown }
        return expiresAt.isOver(at: now, setWithin: ComponentRules.tokenLifetime) ? .expired : .working
    }

    fileprivate func isReplaced(at now: UnixTime) -> Bool {
        worksUntil?.isOver(at: now, setWithin: ComponentRules.tokenLifetime) ?? false
    }
}

/// How a token stands, whosever it is.
enum TokenStanding {
    case working, expired, unknown
}

extension Component {
    /// What a component_access_token is worth.
    public func verdict(on token: Fingerprint, at now: UnixTime) -> TokenVerdict {
        switch tokens.first(where: { $0.fingerprint == token })?.standing(at: now) {
        case .working: .component(self)
        case .expired: .expired
        case .unknown, nil: .unknown
        }
    }
}

extension Grant {
    /// What an authorizer_access_token is worth.
    public func verdict(
        on token: Fingerprint, at now: UnixTime, account: Account, platform: Component
    ) -> TokenVerdict {
        switch tokens.first(where: { $0.fingerprint == token })?.standing(at: now) {
        case .working: .authorized(account, self, by: platform)
        case .expired: .expired
        case .unknown, nil: .unknown
        }
    }
}

extension Refusal {
    /// The account has never authorised the platform, or no longer does.
    public static func notAuthorized(_ account: AppID, _ component: AppID) -> Refusal {
        Refusal(
            .componentNotAuthorized,
            "the account \(quoted(account.rawValue)) does not authorise the platform \(quoted(component.rawValue)) at present"
        )
    }

    public static func unknownPlatform(_ appID: AppID) -> Refusal {
        Refusal(.invalidComponent, "there is no platform with the component_appid \(quoted(appID.rawValue))")
    }
}
