public import OfficialAccount

/// How long the tickets, codes and tokens of a third-party platform are valid, and how many the server remembers.
///
/// Source: `doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/creat_token` and the pages of the calls.
public enum ComponentRules {
    /// The seconds for which a ticket (component_verify_ticket) is valid.
    public static let ticketLifetime: Int64 = 12 * 3600
    /// The seconds between two tickets that the server pushes to a third-party platform.
    public static let ticketInterval: Int64 = 600
    /// The seconds for which a component_access_token or an authorizer_access_token is valid.
    public static let tokenLifetime = Int64(Limits.tokenSeconds)
    /// The seconds for which the previous token still works after a new token is issued.
    public static let overlap: Int64 = 300
    /// The seconds for which a pre_auth_code is valid.
    ///
    /// The documentation of the call that issues the code says 1800. The sample on the same page and older pages say
    /// 600.
    public static let preAuthCodeLifetime: Int64 = 1800
    /// The seconds for which an authorization_code is valid.
    public static let codeLifetime: Int64 = 3600
    /// The number of tickets that the server remembers for a third-party platform. At one ticket in each
    /// ``ticketInterval``, the server pushes 144 tickets a day.
    static let rememberedTickets = 200
    /// The most codes of one kind that the server remembers for a third-party platform, and the most tokens that it
    /// remembers for a platform or for a grant. If there are more, the server drops the oldest.
    static let remembered = 1000
}

// Functions that change a third-party platform and its grants. They neither read nor write a store.
extension Component {
    /// Throws 40125 if `secret` is not the secret of this platform.
    public func allow(secret: Fingerprint) throws(Refusal) {
        guard self.secret == secret else {
            throw Refusal(.invalidAppSecret, "the secret does not belong to the third-party platform \(appID)")
        }
    }

    /// Replaces the component_appsecret. All component_access_tokens of the platform stop working immediately.
    public mutating func replaceSecret(by secret: Fingerprint) {
        self.secret = secret
        tokens = []
    }

    /// Ends every pre_auth_code and authorization_code of the platform.
    public mutating func endCodes() {
        preAuthCodes = []
        codes = []
    }

    /// Adds a new ticket.
    public mutating func addTicket(_ ticket: Fingerprint, at now: UnixTime) {
        tickets.append(ExpiringSecret(fingerprint: ticket, expiresAt: now + ComponentRules.ticketLifetime))
        tickets.removeFirst(max(0, tickets.count - ComponentRules.rememberedTickets))
    }

    /// Adds a new component_access_token. Throws 61006 if the server never pushed `ticket` to this platform, and 61005
    /// if `ticket` is too old.
    public mutating func issueToken(
        _ token: Fingerprint, for ticket: Fingerprint, at now: UnixTime
    ) throws(Refusal) {
        guard let known = tickets.first(where: { $0.fingerprint == ticket }) else {
            throw Refusal(.componentTicketInvalid, "the ticket was never pushed to this third-party platform")
        }
        guard !known.expiresAt.isOver(at: now, setWithin: ComponentRules.ticketLifetime) else {
            throw Refusal(.componentTicketExpired, "the ticket is more than twelve hours old; use the latest")
        }
        tokens.replace(by: token, at: now)
    }

    /// Adds a new pre_auth_code.
    public mutating func issuePreAuthCode(_ code: Fingerprint, at now: UnixTime) {
        preAuthCodes.removeAll { $0.expiresAt.isOver(at: now, setWithin: ComponentRules.preAuthCodeLifetime) }
        preAuthCodes.append(
            ExpiringSecret(fingerprint: code, expiresAt: now + ComponentRules.preAuthCodeLifetime))
        preAuthCodes.removeFirst(max(0, preAuthCodes.count - ComponentRules.remembered))
    }

    /// Returns whether a pre_auth_code is this platform's and still valid.
    public func knows(preAuthCode: Fingerprint, at now: UnixTime) -> Bool {
        preAuthCodes.contains {
            $0.fingerprint == preAuthCode
                && !$0.expiresAt.isOver(at: now, setWithin: ComponentRules.preAuthCodeLifetime)
        }
    }

    /// Records that an account authorises the third-party platform. The new grant replaces the account's earlier grant.
    ///
    /// - Parameters:
    ///   - sets: the permission sets that the account grants. The grant omits sets that the platform does not have.
    ///   - preAuthCode: the pre_auth_code that this authorisation uses up; nil if the authorisation needs no such code.
    public mutating func authorize(
        _ grant: inout Grant?, by account: AppID, sets: [Int], preAuthCode: Fingerprint?, code: Fingerprint,
        refreshToken: String, at now: UnixTime
    ) {
        preAuthCodes.removeAll { $0.fingerprint == preAuthCode }
        // A code of an earlier authorisation is no longer valid.
        codes.removeAll { $0.account == account }
        codes.append(
            AuthorizationCode(fingerprint: code, account: account, expiresAt: now + ComponentRules.codeLifetime))
        codes.removeFirst(max(0, codes.count - ComponentRules.remembered))
        var renewed =
            grant
            ?? Grant(
                component: appID, account: account, isActive: true, permissionSets: [], authorizedAt: now,
                refreshToken: refreshToken)
        // The tokens of the account's earlier authorisation are no longer valid.
        renewed.tokens = []
        renewed.isActive = true
        renewed.permissionSets = Set(sets).intersection(settings.permissionSets).sorted()
        renewed.authorizedAt = now
        renewed.refreshToken = refreshToken
        grant = renewed
    }

    /// Uses up an authorization_code and returns its account. Throws 61009 for a code that is unknown, used or issued
    /// to another platform, and 61010 for a code that is too old.
    public mutating func useCode(_ code: Fingerprint, at now: UnixTime) throws(Refusal) -> AppID {
        guard let place = codes.firstIndex(where: { $0.fingerprint == code }) else {
            throw Refusal(
                .authorizationCodeInvalid,
                "the authorization_code was never issued to this third-party platform, or has been used")
        }
        guard !codes[place].expiresAt.isOver(at: now, setWithin: ComponentRules.codeLifetime) else {
            throw Refusal(.authorizationCodeExpired, "the authorization_code is more than an hour old")
        }
        return codes.remove(at: place).account
    }

    /// Returns the account of an authorization_code, without using the code up.
    public func account(ofCode code: Fingerprint) -> AppID? {
        codes.first { $0.fingerprint == code }?.account
    }
}

extension Grant {
    /// Adds a new authorizer_access_token.
    public mutating func issueToken(_ token: Fingerprint, at now: UnixTime) {
        tokens.replace(by: token, at: now)
    }

    /// Withdraws the grant.
    public mutating func withdraw() {
        isActive = false
    }

    /// Throws 61003 if the account has withdrawn the grant.
    public func allow() throws(Refusal) {
        guard isActive else { throw .notAuthorized(account, component) }
    }
}

extension [ReplaceableToken] {
    /// Adds a token. The previous token keeps working for ``ComponentRules/overlap`` seconds.
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
    /// Returns whether the token works, has expired or is unknown at `now`.
    ///
    /// A token that has stopped working because a newer token replaced it counts as unknown.
    func standing(at now: UnixTime) -> TokenStanding {
        if isReplaced(at: now) { return .unknown }
        return expiresAt.isOver(at: now, setWithin: ComponentRules.tokenLifetime) ? .expired : .working
    }

    fileprivate func isReplaced(at now: UnixTime) -> Bool {
        worksUntil?.isOver(at: now, setWithin: ComponentRules.tokenLifetime) ?? false
    }
}

/// Whether a token of a third-party platform or of a grant works, has expired or is unknown.
enum TokenStanding {
    case working, expired, unknown
}

extension Component {
    /// Returns the verdict on a component_access_token.
    public func verdict(on token: Fingerprint, at now: UnixTime) -> TokenVerdict {
        switch tokens.first(where: { $0.fingerprint == token })?.standing(at: now) {
        case .working: .component(self)
        case .expired: .expired
        case .unknown, nil: .unknown
        }
    }
}

extension Grant {
    /// Returns the verdict on an authorizer_access_token.
    public func verdict(
        on token: Fingerprint, at now: UnixTime, account: Account, component: Component
    ) -> TokenVerdict {
        switch tokens.first(where: { $0.fingerprint == token })?.standing(at: now) {
        case .working: .authorized(account, self, by: component)
        case .expired: .expired
        case .unknown, nil: .unknown
        }
    }
}

extension Refusal {
    /// Returns the refusal for an account that has never authorised the third-party platform, or has withdrawn the
    /// grant.
    public static func notAuthorized(_ account: AppID, _ component: AppID) -> Refusal {
        Refusal(
            .componentNotAuthorized,
            "the account \(quoted(account.rawValue)) does not authorise the third-party platform \(quoted(component.rawValue)) at present"
        )
    }

    public static func unknownComponent(_ appID: AppID) -> Refusal {
        Refusal(
            .invalidComponent, "there is no third-party platform with the component_appid \(quoted(appID.rawValue))")
    }
}
