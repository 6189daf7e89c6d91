public import OfficialAccount

/// The call that a token came from. Tokens of the two kinds exist side by side and never replace each other.
public enum TokenKind: String, Sendable, Codable, CaseIterable {
    /// A token from `token`. Each call replaces the token before.
    case ordinary
    /// A token from `stable_token`. Calls share one token.
    case stable
}

/// A token that the server has made for a call, and that the store may make valid.
public struct NewToken: Sendable, Hashable {
    public let fingerprint: Fingerprint
    /// The account's secret that the caller sent. The store compares it again with the account's secret when it makes
    /// the token valid.
    public let secret: Fingerprint
    /// The random bytes from which a stable token is derived, together with the account's secret. They are useless
    /// without the secret. Empty for an ordinary token.
    public let salt: [UInt8]

    public init(fingerprint: Fingerprint, secret: Fingerprint, salt: [UInt8] = []) {
        self.fingerprint = fingerprint
        self.secret = secret
        self.salt = salt
    }
}

/// A token as the store keeps it.
public struct TokenRecord: Sendable, Hashable {
    public let fingerprint: Fingerprint
    public let appID: AppID
    public let kind: TokenKind
    public let salt: [UInt8]
    public let issuedAt: UnixTime
    public let expiresAt: UnixTime
    /// The time at which the token stops working because a newer one replaced it; nil while it is the latest of its
    /// kind.
    public var worksUntil: UnixTime?
    /// The forced refreshes of the account, counted up to the issue of this token.
    public var forcedRefreshes: ForcedRefreshes

    public init(
        fingerprint: Fingerprint, appID: AppID, kind: TokenKind, salt: [UInt8], issuedAt: UnixTime, expiresAt: UnixTime,
        worksUntil: UnixTime?, forcedRefreshes: ForcedRefreshes
    ) {
        self.fingerprint = fingerprint
        self.appID = appID
        self.kind = kind
        self.salt = salt
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.worksUntil = worksUntil
        self.forcedRefreshes = forcedRefreshes
    }
}

extension TokenRecord {
    /// Returns whether a newer token has replaced the token by `now`.
    public func isSuperseded(at now: UnixTime) -> Bool {
        worksUntil?.isOver(at: now, setWithin: TokenRules.standardLifetime) ?? false
    }

    /// Returns whether the token is past its lifetime. A token whose end is too far in the future counts as expired,
    /// because the clock must have gone back since the issue.
    func isExpired(at now: UnixTime) -> Bool {
        expiresAt.isOver(at: now, setWithin: TokenRules.standardLifetime)
    }

    /// Returns the verdict on the token at `now`. A token that was replaced counts as unknown, even if it has expired
    /// since.
    public func verdict(at now: UnixTime, of account: Account) -> TokenVerdict {
        if isSuperseded(at: now) { return .unknown }
        return isExpired(at: now) ? .expired : .valid(account)
    }
}

/// Counts the forced refreshes of the stable token of an account, for the limits on them.
public struct ForcedRefreshes: Sendable, Hashable, Codable {
    /// The day of the count, in UTC+8.
    public var day: Int64
    public var count: Int
    /// The time of the last forced refresh; nil before the first one.
    public var last: UnixTime?

    public static let none = ForcedRefreshes(day: 0, count: 0, last: nil)

    public init(day: Int64, count: Int, last: UnixTime?) {
        self.day = day
        self.count = count
        self.last = last
    }
}

/// The verdict on a token: its owner, and whether the token works.
public enum TokenVerdict: Sendable, Hashable {
    case valid(Account)
    /// The token is a third-party platform's own.
    case component(Component)
    /// The token belongs to a third-party platform, for calls on behalf of the account that granted it.
    case authorized(Account, Grant, by: Component)
    /// The token is past its lifetime (42001).
    case expired
    /// The token was never issued, has been replaced, or was revoked (40001).
    case unknown
}
