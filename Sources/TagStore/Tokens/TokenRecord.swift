public import OfficialAccount

/// The call that issued a token. An account can have tokens of both kinds at the same time. A token replaces a
/// token of the other kind only if both have the same text, which a person has chosen.
public enum TokenKind: String, Sendable, Codable, CaseIterable {
    /// A token from the call `token`. Each such call replaces the previous token.
    case ordinary
    /// A token from the call `stable_token`. Several such calls get the same token.
    case stable
}

/// A token that the server has made for a call, and that the store may make valid.
public struct NewToken: Sendable, Hashable {
    public let fingerprint: Fingerprint
    /// The secret that the caller sent. When the store makes the token valid, it compares this secret with the
    /// account's secret again.
    public let secret: Fingerprint
    /// Random bytes; empty for an ordinary token.
    ///
    /// The server derives a stable token from these bytes and the account's secret. The bytes are useless without the
    /// secret.
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
    /// The count of the account's forced refreshes at the time when this token was issued.
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
    /// Returns whether the token has stopped working at `now` because a newer token replaced it.
    public func isSuperseded(at now: UnixTime) -> Bool {
        worksUntil?.isOver(at: now, setWithin: TokenRules.standardLifetime) ?? false
    }

    /// Returns whether the token is past its lifetime.
    ///
    /// A token whose end is too far in the future counts as expired. In this case the clock must have gone back after
    /// the token was issued.
    func isExpired(at now: UnixTime) -> Bool {
        expiresAt.isOver(at: now, setWithin: TokenRules.standardLifetime)
    }

    /// Returns the verdict on the token at `now`.
    ///
    /// A token that has stopped working because a newer token replaced it counts as unknown, even if it has also
    /// expired.
    public func verdict(at now: UnixTime, of account: Account) -> TokenVerdict {
        if isSuperseded(at: now) { return .unknown }
        return isExpired(at: now) ? .expired : .valid(account)
    }
}

/// Counts how often callers have forced a refresh of an account's stable token, because ``TokenRules`` limits this.
public struct ForcedRefreshes: Sendable, Hashable, Codable {
    /// The day to which `count` belongs, as a ``UnixTime/platformDay``.
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
    /// The token of a grant: a third-party platform uses the token to make calls on behalf of the account.
    case authorized(Account, Grant, by: Component)
    /// The token is past its lifetime (42001).
    case expired
    /// The token was never issued, has been replaced, or was revoked (40001).
    case unknown
}
