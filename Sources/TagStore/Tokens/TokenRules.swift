public import OfficialAccount

/// The rules for tokens: how long a token works, when a new token replaces it, and how long a replaced token keeps
/// working.
///
/// The functions of this type neither read nor write a store.
///
/// Source: `doc/oplatform/developers/dev/AccessToken.html` and `doc/service/api/base/api_getstableaccesstoken`.
public struct TokenRules: Sendable, Hashable {
    /// The seconds for which a token of WeChat's platform is valid.
    public static let standardLifetime = Int64(Limits.tokenSeconds)

    /// The seconds for which a token that these rules issue is valid.
    public var lifetime = Self.standardLifetime
    /// The seconds for which the previous token still works after a new token is issued.
    public var overlap: Int64 = 300
    /// The most forced refreshes of an account's stable token in a day.
    public var forcedRefreshesPerDay = 20
    /// The smallest number of seconds between two forced refreshes of an account's stable token.
    public var forcedRefreshSpacing: Int64 = 30
    /// The limit on the number of replaced tokens of one kind that keep working for an account at the same time. If
    /// there are more, the oldest stop working early.
    public var supersededTokensKept = 2000
    /// A stable token that the next call replaces although the token is still valid; nil if there is no such token.
    ///
    /// This replacement does not count as a forced refresh.
    public var endedToken: Fingerprint?

    public init() {}
}

extension TokenRules {
    /// Returns the change for a call that asks for an ordinary token; such a call always gets a new token.
    public func issueOrdinary(
        _ token: NewToken, for appID: AppID, at now: UnixTime, present: [TokenRecord]
    ) -> TokenChange {
        replace(
            present, by: token, kind: .ordinary, for: appID, at: now, previousWorksUntil: now + overlap, forced: .none)
    }

    /// Returns the seconds until `token` expires, but never more than ``lifetime``.
    public func secondsLeft(of token: TokenRecord, at now: UnixTime) -> Int64 {
        min(lifetime, token.expiresAt - now)
    }

    /// Decides whether a caller that asks for the stable token gets the latest token or `candidate`.
    ///
    /// - Parameter present: the stable tokens of the account, oldest first.
    public func issueStable(
        _ candidate: NewToken, for appID: AppID, at now: UnixTime, forceRefresh: Bool, present: [TokenRecord]
    ) -> StableToken {
        func replacing(until end: UnixTime, _ forced: ForcedRefreshes) -> StableToken {
            .issued(
                replace(
                    present, by: candidate, kind: .stable, for: appID, at: now, previousWorksUntil: end, forced: forced)
            )
        }
        guard let latest = present.last(where: { $0.worksUntil == nil }) else { return replacing(until: now, .none) }
        if latest.fingerprint == endedToken { return replacing(until: now, latest.forcedRefreshes) }
        if forceRefresh, let forced = allowForcedRefresh(latest.forcedRefreshes, at: now) {
            return replacing(until: now, forced)
        }
        guard latest.expiresAt - now <= overlap || latest.isExpired(at: now) else { return .kept(latest) }
        return replacing(until: now + overlap, latest.forcedRefreshes)
    }

    private func allowForcedRefresh(_ past: ForcedRefreshes, at now: UnixTime) -> ForcedRefreshes? {
        // A refresh that lies in the future was made before the clock went back.
        if let last = past.last, last <= now, now - last < forcedRefreshSpacing { return nil }
        let countToday = past.day == now.platformDay ? max(0, past.count) : 0
        guard countToday < forcedRefreshesPerDay else { return nil }
        return ForcedRefreshes(day: now.platformDay, count: countToday + 1, last: now)
    }

    private func replace(
        _ present: [TokenRecord], by token: NewToken, kind: TokenKind, for appID: AppID, at now: UnixTime,
        previousWorksUntil: UnixTime, forced: ForcedRefreshes
    ) -> TokenChange {
        let issued = TokenRecord(
            fingerprint: token.fingerprint, appID: appID, kind: kind, salt: token.salt, issuedAt: now,
            expiresAt: now + lifetime, worksUntil: nil, forcedRefreshes: forced)
        var dropped: [Fingerprint] = []
        var working: [(record: TokenRecord, changed: Bool)] = []
        // A token whose text a person has chosen can have the fingerprint of an earlier token. The new record then
        // takes the place of the earlier one.
        for record in present where record.fingerprint != token.fingerprint {
            var superseded = record
            superseded.worksUntil = min(record.worksUntil ?? previousWorksUntil, previousWorksUntil)
            if superseded.isSuperseded(at: now) {
                dropped.append(record.fingerprint)
            } else {
                working.append((superseded, superseded != record))
            }
        }
        working.sort { $0.record.issuedAt < $1.record.issuedAt }
        let excess = max(0, working.count - supersededTokensKept)
        dropped += working.prefix(excess).map(\.record.fingerprint)
        let superseded = working.dropFirst(excess).filter(\.changed).map(\.record)
        return TokenChange(issued: issued, superseded: superseded, dropped: dropped)
    }
}

/// A new token, and its effects on the other tokens of its account and kind.
public struct TokenChange: Sendable, Hashable {
    /// The record of the new token. It replaces an earlier record of the same account with the same fingerprint, of
    /// either kind. No other account may have a record with this fingerprint.
    public let issued: TokenRecord
    /// The records whose ``TokenRecord/worksUntil`` has changed.
    public let superseded: [TokenRecord]
    /// The tokens that the store no longer needs to keep.
    public let dropped: [Fingerprint]
}

/// The answer to a call that asks for the stable token.
public enum StableToken: Sendable, Hashable {
    /// The latest token stays, and the store changes nothing.
    case kept(TokenRecord)
    /// A new token replaces the latest token.
    case issued(TokenChange)

    /// The token that the caller gets.
    public var record: TokenRecord {
        switch self {
        case .kept(let record): record
        case .issued(let change): change.issued
        }
    }

    /// The change to write; nil if the latest token stays.
    public var change: TokenChange? {
        switch self {
        case .kept: nil
        case .issued(let change): change
        }
    }
}
