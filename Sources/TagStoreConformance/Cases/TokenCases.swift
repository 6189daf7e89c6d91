import OfficialAccount
import TagStore

extension ConformanceSuite {
    private static let rules = TokenRules()
    private static let start = SampleWorld.start

    static let tokenCases: [ConformanceCase] = [
        ConformanceCase("an ordinary token works for its lifetime and then is expired") { tested in
            let store = try await SampleWorld.make(in: tested)
            try await issue(1, at: start, in: store)
            try await tested.restart()
            let reopened = await tested.store
            try await expectVerdict(
                .valid(SampleWorld.account(SampleWorld.appID)), on: 1, at: start + 7199, in: reopened)
            try await expectVerdict(.expired, on: 1, at: start + 7200, in: reopened)
            try await expectVerdict(.unknown, on: 2, at: start, in: reopened)
        },
        ConformanceCase("the previous ordinary token works for five more minutes") { tested in
            let store = try await SampleWorld.make(in: tested)
            try await issue(1, at: start, in: store)
            try await issue(2, at: start + 1000, in: store)
            try await tested.restart()
            let reopened = await tested.store
            try await expectVerdict(
                .valid(SampleWorld.account(SampleWorld.appID)), on: 1, at: start + 1299, in: reopened)
            try await expectVerdict(.unknown, on: 1, at: start + 1300, in: reopened)
            try await expectVerdict(
                .valid(SampleWorld.account(SampleWorld.appID)), on: 2, at: start + 1300, in: reopened)
            try await issue(3, at: start + 2000, in: reopened)
            try await expectVerdict(.unknown, on: 1, at: start + 2000, in: reopened)
        },
        ConformanceCase("the list of an account's tokens has every token of both kinds that can still work") { tested in
            let store = try await SampleWorld.make(in: tested)
            try await issue(1, at: start, in: store)
            _ = try await stable(2, at: start + 10, in: store)
            try await issue(3, at: start + 20, in: store)
            try await tested.restart()
            let reopened = await tested.store
            let tokens = try await reopened.tokens(of: SampleWorld.appID)
            try expectEqual(
                Set(tokens.map(\.fingerprint)), Set([1, 2, 3].map(SampleWorld.fingerprint)), "tokens of the account")
            let account = SampleWorld.account(SampleWorld.appID)
            let working = tokens.filter { $0.verdict(at: start + 320, of: account) == .valid(account) }
            try expectEqual(
                Set(working.map(\.fingerprint)), Set([2, 3].map(SampleWorld.fingerprint)), "tokens that work later")
            try expectEqual(try await reopened.tokens(of: SampleWorld.otherAppID), [], "tokens of the other account")
            try expectEqual(try await reopened.tokens(of: AppID("wxnobody")), [], "tokens of no account")
        },
        ConformanceCase("the stable token stays the same until its last five minutes") { tested in
            let store = try await SampleWorld.make(in: tested)
            let first = try await stable(1, at: start, in: store)
            let same = try await stable(2, at: start + 6899, in: store)
            try expectEqual(same, first, "the token of the second call")
            try await expectVerdict(.unknown, on: 2, at: start + 6899, in: store)
            let next = try await stable(3, at: start + 6900, in: store)
            try expectEqual(next.fingerprint, SampleWorld.fingerprint(3), "the token of the last five minutes")
            try await expectVerdict(.valid(SampleWorld.account(SampleWorld.appID)), on: 1, at: start + 7199, in: store)
            try await expectVerdict(.valid(SampleWorld.account(SampleWorld.appID)), on: 3, at: start + 7199, in: store)
            try await tested.restart()
            try expectEqual(try await stable(4, at: start + 7300, in: await tested.store), next, "after a restart")
        },
        ConformanceCase("a forced refresh ends the previous token at once") { tested in
            let store = try await SampleWorld.make(in: tested)
            _ = try await stable(1, at: start, in: store)
            _ = try await stable(2, at: start + 10, force: true, in: store)
            try await expectVerdict(.unknown, on: 1, at: start + 10, in: store)
            try await expectVerdict(.valid(SampleWorld.account(SampleWorld.appID)), on: 2, at: start + 10, in: store)
        },
        ConformanceCase(
            "forced refreshes need a gap of thirty seconds, and at most twenty are allowed a day"
        ) { tested in
            let store = try await SampleWorld.make(in: tested)
            // This is midnight in UTC+8.
            let midnight = UnixTime(seconds: 1_700_064_000)
            var now = midnight + 60
            _ = try await stable(0, at: now, in: store)
            for number in 1...rules.forcedRefreshesPerDay {
                let early = try await stable(1000 + number, at: now + 29, force: number > 1, in: store)
                try expectEqual(early.fingerprint, SampleWorld.fingerprint(number - 1), "29 seconds later")
                now = now + 30
                let fresh = try await stable(number, at: now, force: true, in: store)
                try expectEqual(fresh.fingerprint, SampleWorld.fingerprint(number), "30 seconds later")
            }
            try await tested.restart()
            let reopened = await tested.store
            let last = SampleWorld.fingerprint(rules.forcedRefreshesPerDay)
            let refused = try await stable(99, at: now + 60, force: true, in: reopened)
            try expectEqual(refused.fingerprint, last, "the 21st forced refresh of the day")
            let tomorrow = try await stable(100, at: midnight + 86_400, force: true, in: reopened)
            try expectEqual(
                tomorrow.fingerprint, SampleWorld.fingerprint(100), "the first forced refresh of the next day")
        },
        ConformanceCase("ordinary and stable tokens do not end each other") { tested in
            let store = try await SampleWorld.make(in: tested)
            try await issue(1, at: start, in: store)
            _ = try await stable(2, at: start, in: store)
            try await issue(3, at: start + 1, in: store)
            _ = try await stable(4, at: start + 1000, force: true, in: store)
            try await expectVerdict(.valid(SampleWorld.account(SampleWorld.appID)), on: 3, at: start + 1000, in: store)
            try await expectVerdict(.valid(SampleWorld.account(SampleWorld.appID)), on: 4, at: start + 1000, in: store)
        },
        ConformanceCase("a token that is issued again has one record, of the kind of the last issue") { tested in
            // In a sandbox, a person can choose the same text for several tokens. So token 1 is always the same token.
            let store = try await SampleWorld.make(in: tested)
            for seconds in [0, 60] { try await issue(1, at: start + Int64(seconds), in: store) }
            for seconds in [120, 180] { _ = try await stable(1, at: start + Int64(seconds), force: true, in: store) }
            try await issue(2, at: start + 240, in: store)
            try await tested.restart()
            let reopened = await tested.store
            try await expectKinds([.stable], of: 1, in: reopened)
            try await expectVerdict(
                .valid(SampleWorld.account(SampleWorld.appID)), on: 1, at: start + 7379, in: reopened)
            try await issue(1, at: start + 300, in: reopened)
            try await expectKinds([.ordinary], of: 1, in: reopened)
            let other = try await stable(3, at: start + 360, in: reopened)
            try expectEqual(other.fingerprint, SampleWorld.fingerprint(3), "the stable token after the ordinary one")
            try await tested.restart()
            let last = await tested.store
            try await expectKinds([.ordinary], of: 1, in: last)
            try await expectVerdict(.valid(SampleWorld.account(SampleWorld.appID)), on: 1, at: start + 7499, in: last)
        },
    ]

    private static func issue(_ number: Int, at now: UnixTime, in store: any TagStore) async throws {
        try await store.issueToken(
            SampleWorld.token(number), for: SampleWorld.appID, at: now, rules: rules)
    }

    private static func stable(
        _ number: Int, at now: UnixTime, force: Bool = false, in store: any TagStore
    ) async throws -> TokenRecord {
        try await store.stableToken(
            for: SampleWorld.appID, at: now, forceRefresh: force,
            candidate: SampleWorld.token(number, salt: [UInt8(truncatingIfNeeded: number)]),
            rules: rules)
    }

    private static func expectKinds(_ kinds: [TokenKind], of number: Int, in store: any TagStore) async throws {
        let tokens = try await store.tokens(of: SampleWorld.appID)
        try expectEqual(
            tokens.filter { $0.fingerprint == SampleWorld.fingerprint(number) }.map(\.kind), kinds,
            "the kinds of token \(number)")
    }

    private static func expectVerdict(
        _ verdict: TokenVerdict, on number: Int, at now: UnixTime, in store: any TagStore
    ) async throws {
        try expectEqual(
            try await store.verdict(on: SampleWorld.fingerprint(number), at: now), verdict,
            "token \(number) after \(now - start) seconds")
    }
}
