import OfficialAccount
import TagStore

// Tokens.
extension EmbeddedTagStore {
    public func issueToken(
        _ token: NewToken, for appID: AppID, at now: UnixTime, rules: TokenRules
    ) async throws(Refusal) {
        try await change { world throws(Refusal) in
            let account = try world.existing(appID)
            try account.account.allowToken(for: token.secret)
            let present = account.tokens[.ordinary] ?? []
            return .token(rules.issueOrdinary(token, for: appID, at: now, present: present))
        }
    }

    public func stableToken(
        for appID: AppID, at now: UnixTime, forceRefresh: Bool, candidate: NewToken, rules: TokenRules
    ) async throws(Refusal) -> TokenRecord {
        let latest = try await change { world throws(Refusal) in
            let account = try world.existing(appID)
            try account.account.allowToken(for: candidate.secret)
            let present = account.tokens[.stable] ?? []
            return rules.issueStable(candidate, for: appID, at: now, forceRefresh: forceRefresh, present: present)
                .map(StoreChange.token)
        } reading: { world, _ in
            world[appID]?.tokens[.stable]?.last { $0.worksUntil == nil }
        }
        guard let latest else { throw .unknownAccount(appID) }
        return latest
    }

    public func verdict(on token: Fingerprint, at now: UnixTime) -> TokenVerdict {
        read { world in
            guard let record = world.token(token), let account = world[record.appID]?.account else {
                return world.platforms.verdict(on: token, at: now) { world[$0]?.account } ?? .unknown
            }
            return record.verdict(at: now, of: account)
        }
    }
}
