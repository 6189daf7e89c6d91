import OfficialAccount
import TagStore

// Tokens.
extension EmbeddedTagStore {
    public func issueToken(
        _ token: NewToken, for appID: AppID, at now: UnixTime, rules: TokenRules
    ) async throws(Refusal) {
        _ = try await change { world throws(Refusal) -> TokenIssue in
            let account = try world.existing(appID)
            try account.account.allowToken(for: token.secret)
            let change = rules.issueOrdinary(token, for: appID, at: now, present: account.tokens[.ordinary] ?? [])
            return TokenIssue(account: account.number, change: change, answer: change.issued)
        }
    }

    public func stableToken(
        for appID: AppID, at now: UnixTime, forceRefresh: Bool, candidate: NewToken, rules: TokenRules
    ) async throws(Refusal) -> TokenRecord {
        try await change { world throws(Refusal) -> TokenIssue in
            let account = try world.existing(appID)
            try account.account.allowToken(for: candidate.secret)
            let token = rules.issueStable(
                candidate, for: appID, at: now, forceRefresh: forceRefresh, present: account.tokens[.stable] ?? [])
            return TokenIssue(account: account.number, change: token.change, answer: token.record)
        }
    }

    public func tokens(of appID: AppID) -> [TokenRecord] {
        read { world in world[appID].map { Array($0.tokens.values.joined()) } ?? [] }
    }

    public func verdict(on token: Fingerprint, at now: UnixTime) -> TokenVerdict {
        read { world in
            guard let record = world.token(token), let account = world[record.appID]?.account else {
                return world.components.verdict(on: token, at: now) { world[$0]?.account } ?? .unknown
            }
            return record.verdict(at: now, of: account)
        }
    }
}
