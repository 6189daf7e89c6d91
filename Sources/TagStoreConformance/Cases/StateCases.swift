import OfficialAccount
import TagStore

extension ConformanceSuite {
    static let stateCases: [ConformanceCase] = [
        ConformanceCase(
            "an account that is exported and imported under another appid is the same, also after a restart"
        ) {
            tested in
            let store = try await fullAccount(in: tested)
            let exported = try await records(of: SampleWorld.appID, in: store)
            let expected = exported.map(Renaming.record)
            let added = try await store.importState { sink in for record in expected { try sink.take(record) } }
            try expectEqual(added, [Renaming.appID], "the added accounts")
            for _ in 0..<2 {
                let store = await tested.store
                try expectEqual(try await records(of: Renaming.appID, in: store), expected, "the copy")
                try expectEqual(try await records(of: SampleWorld.appID, in: store), exported, "the original")
                let all = try await records(of: nil, in: store)
                try expectEqual(all.count(where: \.isAccount), 3, "accounts in the export of all")
                try await tested.restart()
            }
            // Check that the copy works: its tags, the counts of its tags, and its tokens.
            let reopened = await tested.store
            try expectEqual(
                try await reopened.tags(of: Renaming.appID), try await reopened.tags(of: SampleWorld.appID), "tags")
            try await reopened.batchTagging(
                OpenIDList([Renaming.openID(SampleWorld.follower(7))]), tag: SampleWorld.tag, for: Renaming.appID)
            try expectEqual(
                try await reopened.tags(of: Renaming.appID)[1].count,
                try await reopened.tags(of: SampleWorld.appID)[1].count + 1, "followers of the tag")
            let verdict = try await reopened.verdict(
                on: Renaming.fingerprint(SampleWorld.fingerprint(5)), at: SampleWorld.start)
            guard case .valid(let account) = verdict else { throw ConformanceFailure(description: "\(verdict)") }
            try expectEqual(account.appID, Renaming.appID, "the account of the token")
        },
        ConformanceCase("an import that is refused changes nothing") { tested in
            let store = try await fullAccount(in: tested)
            let before = try await records(of: nil, in: store)
            let copy = try await records(of: SampleWorld.appID, in: store).map(Renaming.record)
            let stranger = FollowerState(
                openID: SampleWorld.stranger(9), since: SampleWorld.start, isFollowing: true, isBlacklisted: false,
                tagIDs: [TagID(9999)], remark: "")
            for (name, code, wrong) in [
                ("an account that is there", ErrorCode.invalidAppID, copy + before),
                ("an account twice", .invalidAppID, copy + copy),
                ("no account", .dataFormatError, Array(copy.dropFirst())),
                ("a follower twice", .dataFormatError, copy + copy.filter(\.isFollowers)),
                ("a tag that is not there", .dataFormatError, copy + [.followers([stranger])]),
                ("another account's token", .dataFormatError, copy + before.filter(\.isToken)),
            ] {
                try await expectRefusal(code, name) {
                    try await store.importState { sink in for record in wrong { try sink.take(record) } }
                }
            }
            struct CutOff: Error {}
            do {
                _ = try await store.importState { sink in
                    for record in copy { try sink.take(record) }
                    throw CutOff()
                }
                throw ConformanceFailure(description: "an import that was interrupted succeeded")
            } catch is CutOff {}
            try await expectRefusal(.invalidAppID, "exporting an account that is not there") {
                try await store.exportState(of: Renaming.appID)
            }
            try expectEqual(try await records(of: nil, in: store), before, "everything")
            try await tested.restart()
            try expectEqual(try await records(of: nil, in: await tested.store), before, "everything, after a restart")
        },
        ConformanceCase("an import takes no token from an account, a platform or a grant that stays") { tested in
            let store = try await fullAccount(in: tested)
            try await authorizePlatform(in: store)
            let before = try await records(of: nil, in: store)
            let own = try await records(of: SampleWorld.appID, in: store)
            let copy = own.map(Renaming.record)
            for number in [5, 6, 7, platformToken, grantToken] {
                for arrival in [StateArrival.adding, .replacing] {
                    try await expectRefusal(.dataFormatError, "token \(number), \(arrival)") {
                        try await store.importState(arrival) { sink in
                            for record in copy + [token(number, of: Renaming.appID)] { try sink.take(record) }
                        }
                    }
                }
            }
            try await expectRefusal(.dataFormatError, "a grant's token for the account that grants") {
                try await store.importState(.replacing) { sink in
                    for record in own + [token(grantToken, of: SampleWorld.appID)] { try sink.take(record) }
                }
            }
            for _ in 0..<2 {
                let store = await tested.store
                try expectEqual(try await records(of: nil, in: store), before, "everything")
                try await expectHolder(of: 5, SampleWorld.appID, in: store)
                try await expectHolder(of: 7, SampleWorld.appID, in: store)
                try await tested.restart()
            }
            // The tokens of accounts and grants are free when the import removes the accounts.
            let reopened = await tested.store
            _ = try await reopened.importState(.replacing) { sink in for record in own { try sink.take(record) } }
            try expectEqual(
                try await records(of: SampleWorld.appID, in: reopened), own, "an account that replaced itself")
            _ = try await reopened.importState(.replacingAll) { sink in
                let freed = [5, grantToken].map { token($0, of: Renaming.appID) }
                for record in copy + freed { try sink.take(record) }
            }
            for _ in 0..<2 {
                try await expectHolder(of: 5, Renaming.appID, in: await tested.store)
                try await expectHolder(of: grantToken, Renaming.appID, in: await tested.store)
                try await tested.restart()
            }
        },
        ConformanceCase("an export shows the account at one moment, although the account changes meanwhile") { tested in
            let store = try await SampleWorld.make(in: tested, followers: 9000)
            let export = try await store.exportState(of: SampleWorld.appID)
            let expected = try await records(of: SampleWorld.appID, in: store)
            var taken: [StateRecord] = []
            var number = 0
            for try await record in export {
                taken.append(record)
                try await store.batchTagging(
                    OpenIDList((0..<50).map { SampleWorld.follower(8950 - number * 50 + $0) }), tag: SampleWorld.tag,
                    for: SampleWorld.appID)
                try await store.follow(
                    [SampleWorld.follower(9000 + number)], of: SampleWorld.appID, at: SampleWorld.start)
                try await store.unfollow([SampleWorld.follower(8999 - number)], of: SampleWorld.appID)
                number += 1
            }
            try expect(number > 1, "the export has only one record, so nothing changed during the export")
            try expectEqual(taken, expected, "the export")
        },
    ]

    /// Makes the sample world. Its first account has an example of everything that an account can have.
    private static func fullAccount(in tested: TestedStore) async throws -> any TagStore {
        let store = try await SampleWorld.make(in: tested, followers: 5000)
        let appID = SampleWorld.appID
        let second = try await store.createTag(named: "第二", id: nil, for: appID)
        let deleted = try await store.createTag(named: "deleted", id: nil, for: appID)
        for tag in [SampleWorld.tag, second, deleted, .starred] {
            try await store.batchTagging(
                OpenIDList((0..<50).map { SampleWorld.follower($0 * 99) }), tag: tag, for: appID)
        }
        try await store.deleteTag(deleted, for: appID)
        try await store.unfollow([SampleWorld.follower(0), SampleWorld.follower(1)], of: appID)
        try await store.setRemark("备注 \"x\"", of: SampleWorld.follower(99), for: appID)
        try await store.setBlacklisted(true, SampleWorld.list(SampleWorld.follower(2)), for: appID)
        try await store.issueToken(SampleWorld.token(5), for: appID, at: SampleWorld.start, rules: TokenRules())
        try await store.issueToken(SampleWorld.token(6), for: appID, at: SampleWorld.start + 9, rules: TokenRules())
        _ = try await store.stableToken(
            for: appID, at: SampleWorld.start, forceRefresh: false, candidate: SampleWorld.token(7, salt: [1, 2, 3]),
            rules: TokenRules())
        try await store.saveCounters([CallCounter(appID: appID, name: "/cgi-bin/tags/get", period: 19_700, count: 3)])
        return store
    }

    private static let (platformToken, grantToken) = (902, 904)

    /// Adds a third-party platform with a token, and a grant of the first account with a token.
    private static func authorizePlatform(in store: any TagStore) async throws {
        let appID = AppID("wxplatform00000001")
        var settings = ComponentSettings()
        settings.permissionSets = [2]
        try await store.createComponent(
            Component(appID: appID, secret: SampleWorld.fingerprint(900), settings: settings))
        try await store.changeComponent(appID, account: SampleWorld.appID) { (component, grant) throws(Refusal) in
            let ticket = SampleWorld.fingerprint(901)
            component.addTicket(ticket, at: SampleWorld.start)
            try component.issueToken(SampleWorld.fingerprint(platformToken), for: ticket, at: SampleWorld.start)
            component.authorize(
                &grant, by: SampleWorld.appID, sets: [2], preAuthCode: nil, code: SampleWorld.fingerprint(903),
                refreshToken: "refresh", at: SampleWorld.start)
            grant?.issueToken(SampleWorld.fingerprint(grantToken), at: SampleWorld.start)
        }
    }

    /// Returns the record of an ordinary token.
    private static func token(_ number: Int, of appID: AppID) -> StateRecord {
        .token(
            TokenRecord(
                fingerprint: SampleWorld.fingerprint(number), appID: appID, kind: .ordinary, salt: [],
                issuedAt: SampleWorld.start, expiresAt: SampleWorld.start + TokenRules.standardLifetime,
                worksUntil: nil, forcedRefreshes: .none))
    }

    /// Checks that a token works, and for which account it works.
    private static func expectHolder(of number: Int, _ appID: AppID, in store: any TagStore) async throws {
        let verdict = try await store.verdict(on: SampleWorld.fingerprint(number), at: SampleWorld.start)
        guard case .valid(let account) = verdict else {
            throw ConformanceFailure(description: "token \(number): \(verdict)")
        }
        try expectEqual(account.appID, appID, "the account of token \(number)")
    }

    static func records(of appID: AppID?, in store: any TagStore) async throws -> [StateRecord] {
        var records: [StateRecord] = []
        for try await record in try await store.exportState(of: appID) { records.append(record) }
        return records
    }
}

extension StateRecord {
    fileprivate var isAccount: Bool { if case .account = self { true } else { false } }
    fileprivate var isFollowers: Bool { if case .followers = self { true } else { false } }
    fileprivate var isToken: Bool { if case .token = self { true } else { false } }
}

/// Copies records to another account. The copies have other openids and tokens.
private enum Renaming {
    static let appID = AppID("wx0000000000000003")

    static func openID(_ openID: OpenID) -> OpenID {
        OpenID("oCopyy" + openID.description.dropFirst(6)) ?? openID
    }

    static func fingerprint(_ fingerprint: Fingerprint) -> Fingerprint {
        // Changes only the last byte, so that the copies of the fingerprints sort like the originals.
        Fingerprint(fingerprint.bytes.dropLast() + [~(fingerprint.bytes.last ?? 0)]) ?? fingerprint
    }

    static func record(_ record: StateRecord) -> StateRecord {
        switch record {
        case .account(let state):
            let old = state.account
            return .account(
                AccountState(
                    account: Account(
                        appID: appID, kind: old.kind, isCertified: old.isCertified, secret: old.secret,
                        isSecretFrozen: old.isSecretFrozen, isFrozen: old.isFrozen,
                        allowedAddresses: old.allowedAddresses, limits: old.limits, quotas: old.quotas),
                    nextTagID: state.nextTagID, tags: state.tags))
        case .followers(let followers):
            return .followers(
                followers.map {
                    FollowerState(
                        openID: openID($0.openID), since: $0.since, isFollowing: $0.isFollowing,
                        isBlacklisted: $0.isBlacklisted, tagIDs: $0.tagIDs, remark: $0.remark)
                })
        case .token(let token):
            return .token(
                TokenRecord(
                    fingerprint: fingerprint(token.fingerprint), appID: appID, kind: token.kind, salt: token.salt,
                    issuedAt: token.issuedAt, expiresAt: token.expiresAt, worksUntil: token.worksUntil,
                    forcedRefreshes: token.forcedRefreshes))
        case .counter(let counter):
            return .counter(
                CallCounter(appID: appID, name: counter.name, period: counter.period, count: counter.count))
        }
    }
}
