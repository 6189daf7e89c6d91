import OfficialAccount
import TagStore
import Testing

/// Tests which token a caller of `stable_token` gets.
@Suite struct StableTokenTests {
    private static let appID = AppID("wx0000000000000001")
    private static let now = UnixTime(seconds: 1_700_000_000)
    private static let candidate = NewToken(fingerprint: fingerprint(1), secret: .zero)

    private static func fingerprint(_ byte: UInt8) -> Fingerprint {
        Fingerprint([UInt8](repeating: byte, count: Fingerprint.length)) ?? .zero
    }

    private static func token(_ byte: UInt8, issued ago: Int64, worksUntil end: UnixTime? = nil) -> TokenRecord {
        TokenRecord(
            fingerprint: fingerprint(byte), appID: appID, kind: .stable, salt: [], issuedAt: now + -ago,
            expiresAt: now + (7200 - ago), worksUntil: end, forcedRefreshes: .none)
    }

    private static func issue(_ present: [TokenRecord], forceRefresh: Bool = false) -> StableToken {
        TokenRules().issueStable(candidate, for: appID, at: now, forceRefresh: forceRefresh, present: present)
    }

    @Test func `the first call gets the new token`() {
        let token = Self.issue([])
        #expect(token.record.fingerprint == Self.candidate.fingerprint && token.change?.superseded == [])
    }

    @Test func `a later call gets the latest token, and the store has nothing to write`() {
        let old = Self.token(2, issued: 900, worksUntil: Self.now + 100)
        let latest = Self.token(3, issued: 600)
        #expect(Self.issue([old, latest]) == .kept(latest))
        #expect(Self.issue([old, latest]).change == nil)
    }

    @Test func `a token that expires soon is replaced, and the old token still works for a short time`() {
        let latest = Self.token(3, issued: 7000)
        let token = Self.issue([latest])
        #expect(token.record.fingerprint == Self.candidate.fingerprint)
        #expect(token.change?.superseded.map(\.worksUntil) == [Self.now + TokenRules().overlap])
    }

    @Test func `a forced refresh ends the latest token at once`() {
        let latest = Self.token(3, issued: 600)
        let token = Self.issue([latest], forceRefresh: true)
        #expect(token.record.fingerprint == Self.candidate.fingerprint)
        #expect(token.change?.dropped == [latest.fingerprint])
    }

    @Test func `a new token with the text of an earlier token replaces the record of the earlier token`() {
        // A person has chosen the text of the candidate for the second time.
        let latest = Self.token(1, issued: 600)
        let earlier = Self.token(2, issued: 7000, worksUntil: Self.now + 100)
        let stable = Self.issue([earlier, latest], forceRefresh: true).change
        #expect(stable?.issued.fingerprint == latest.fingerprint && stable?.issued.issuedAt == Self.now)
        #expect(stable?.superseded == [] && stable?.dropped == [earlier.fingerprint])
        let previous = Self.token(3, issued: 60)
        let ordinary = TokenRules().issueOrdinary(
            Self.candidate, for: Self.appID, at: Self.now, present: [latest, previous])
        #expect(ordinary.issued.worksUntil == nil && ordinary.dropped == [])
        #expect(ordinary.superseded.map(\.fingerprint) == [previous.fingerprint])
    }

    @Test func `a token that a fault has ended is replaced at once, and this does not count as a forced refresh`() {
        let latest = Self.token(3, issued: 600)
        var rules = TokenRules()
        rules.endedToken = latest.fingerprint
        let token = rules.issueStable(
            Self.candidate, for: Self.appID, at: Self.now, forceRefresh: false, present: [latest])
        #expect(token.record.fingerprint == Self.candidate.fingerprint && token.record.forcedRefreshes == .none)
        #expect(token.change?.dropped == [latest.fingerprint])
        // Another call has replaced the token before this call. Both calls get the new token.
        let next = Self.token(4, issued: 0)
        let both = rules.issueStable(
            Self.candidate, for: Self.appID, at: Self.now, forceRefresh: false, present: [next])
        #expect(both == .kept(next))
    }
}
