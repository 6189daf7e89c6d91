import OfficialAccount
import TagStore

extension ConformanceSuite {
    static let followingCases: [ConformanceCase] = [
        ConformanceCase("leaving hides the tags of a follower, and following again restores them") { tested in
            let store = try await SampleWorld.make(in: tested)
            let openID = SampleWorld.follower(4)
            try await store.batchTagging(SampleWorld.list(openID), tag: SampleWorld.tag, for: SampleWorld.appID)
            let before = try await SampleWorld.view(store)

            try await store.unfollow([openID], of: SampleWorld.appID)
            try await tested.restart()
            let away = await tested.store
            try expectEqual(try await count(SampleWorld.tag, in: away), 0, "count while away")
            try expectEqual(
                try await away.followers(carrying: SampleWorld.tag, after: nil, for: SampleWorld.appID), [],
                "followers while away")

            try await away.follow([openID], of: SampleWorld.appID, at: SampleWorld.start + 60)
            try await tested.restart()
            try expectEqual(try await SampleWorld.view(await tested.store), before, "the world after coming back")
        },
        ConformanceCase("following twice changes nothing, and leaving twice is no error") { tested in
            let store = try await SampleWorld.make(in: tested)
            let openID = SampleWorld.follower(4)
            try await store.batchTagging(SampleWorld.list(openID), tag: SampleWorld.tag, for: SampleWorld.appID)
            let before = try await SampleWorld.view(store)
            try await store.follow(
                [openID, openID, SampleWorld.follower(5)], of: SampleWorld.appID, at: SampleWorld.start)
            try expectEqual(try await SampleWorld.view(store), before, "the world after following twice")
            try await store.unfollow([openID, openID], of: SampleWorld.appID)
            try await store.unfollow([openID, OpenID.numbered("oNobod", 1)], of: SampleWorld.appID)
            try expectEqual(try await count(SampleWorld.tag, in: store), 0, "count after leaving twice")
        },
        ConformanceCase("a call that names an openid twice adds one follower") { tested in
            let store = try await SampleWorld.make(in: tested, followers: 0)
            let openID = SampleWorld.follower(0)
            let news = try await store.follow([openID, openID], of: SampleWorld.appID, at: SampleWorld.start)
            try expectEqual(news, 1, "new followers")
            try await store.batchTagging(SampleWorld.list(openID), tag: SampleWorld.tag, for: SampleWorld.appID)
            try await tested.restart()
            try expectEqual(
                try await (await tested.store).followers(carrying: SampleWorld.tag, after: nil, for: SampleWorld.appID),
                [openID], "followers")
        },
    ]

    static let accountCases: [ConformanceCase] = [
        ConformanceCase("an account keeps its changes after a restart, and a new secret ends the account's tokens") {
            tested in
            let store = try await SampleWorld.make(in: tested)
            try await store.issueToken(
                SampleWorld.token(5), for: SampleWorld.appID, at: SampleWorld.start,
                rules: TokenRules())
            var account = SampleWorld.account(SampleWorld.appID)
            account.isCertified = false
            account.isFrozen = true
            account.isSecretFrozen = true
            account.allowedAddresses = ["127.0.0.1", "::1"]
            account.limits.tagsPerFollower = 1
            account.quotas = ["/cgi-bin/tags/get": CallQuota(perDay: 7), "/cgi-bin/user/get": CallQuota()]
            var change = AccountChange()
            change.limits = account.limits
            change.quotas = account.quotas
            change.isCertified = false
            change.isFrozen = true
            change.isSecretFrozen = true
            change.allowedAddresses = account.allowedAddresses
            try expectEqual(try await store.updateAccount(SampleWorld.appID, change), account, "the changed account")
            try expectEqual(
                try await store.verdict(on: SampleWorld.fingerprint(5), at: SampleWorld.start), .valid(account),
                "verdict")
            account.secret = SampleWorld.fingerprint(77)
            var rotation = AccountChange()
            rotation.secret = account.secret
            try await store.updateAccount(SampleWorld.appID, rotation)
            try await expectRefusal(.invalidAppSecret, "a token for the old secret") {
                try await store.issueToken(
                    SampleWorld.token(6), for: SampleWorld.appID, at: SampleWorld.start, rules: TokenRules())
            }
            for _ in 0..<2 {
                let store = await tested.store
                try expectEqual(
                    try await store.verdict(on: SampleWorld.fingerprint(5), at: SampleWorld.start), .unknown, "verdict")
                try expectEqual(try await store.account(SampleWorld.appID), account, "the account")
                try expectEqual(
                    try await store.accounts(),
                    [
                        AccountSummary(account: account, followers: 60, tags: 1),
                        AccountSummary(account: SampleWorld.account(SampleWorld.otherAppID), followers: 3, tags: 1),
                    ], "accounts")
                try await tested.restart()
            }
            let next = try await (await tested.store).createTag(named: "second", id: nil, for: SampleWorld.appID)
            try expectEqual(next, TagID(101), "the next tag")
            let list = SampleWorld.list(SampleWorld.follower(0))
            try await tested.store.batchTagging(list, tag: SampleWorld.tag, for: SampleWorld.appID)
            try await expectRefusal(.tooManyTagsOnUser, "a second tag although the account allows only one") {
                try await tested.store.batchTagging(list, tag: next, for: SampleWorld.appID)
            }
            try await expectRefusal(.invalidAppID, "an account that is not there") {
                try await tested.store.updateAccount(AppID("wxnobody"), AccountChange())
            }
        },
        ConformanceCase("changes of one account at the same time are all applied") { tested in
            let store = try await SampleWorld.make(in: tested)
            var certified = AccountChange()
            certified.isCertified = false
            var frozen = AccountChange()
            frozen.isFrozen = true
            var addresses = AccountChange()
            addresses.allowedAddresses = ["::1"]
            var rotated = AccountChange()
            rotated.secret = SampleWorld.fingerprint(77)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for change in [certified, frozen, addresses, rotated] {
                    group.addTask { try await store.updateAccount(SampleWorld.appID, change) }
                }
                try await group.waitForAll()
            }
            let account = try await store.account(SampleWorld.appID)
            try expectEqual(account?.isCertified, false, "certified")
            try expectEqual(account?.isFrozen, true, "frozen")
            try expectEqual(account?.allowedAddresses, ["::1"], "addresses")
            try expectEqual(account?.secret, SampleWorld.fingerprint(77), "secret")
        },
        ConformanceCase("a refused call is found by its rid, also after a restart") { tested in
            let store = await tested.store
            func call(_ rid: String, _ answer: String) -> RefusedCall {
                RefusedCall(
                    rid: rid, appID: SampleWorld.appID, time: SampleWorld.start, milliseconds: 3, query: "q",
                    requestBody: "{}", answer: answer, address: "::1")
            }
            try await store.note([call("a", "one"), call("b", "two")])
            try await store.note([])
            try expectEqual(try await store.refusedCall(rid: "b"), call("b", "two"), "a call")
            try await tested.restart()
            try expectEqual(
                try await (await tested.store).refusedCall(rid: "a"), call("a", "one"), "a call after a restart")
            try expectEqual(try await (await tested.store).refusedCall(rid: "c"), nil, "a call that was never made")
        },
        ConformanceCase("every account finds a refused call by its rid, also a call of another account") { tested in
            let store = try await SampleWorld.make(in: tested)
            let call = RefusedCall(
                rid: "a", appID: SampleWorld.appID, time: SampleWorld.start, milliseconds: 3, query: "q",
                requestBody: "{}", answer: "one", address: "::1")
            try await store.note([call])
            for appID in [SampleWorld.appID, SampleWorld.otherAppID] {
                try expectEqual(try await store.refusedCall(rid: "a", askedBy: appID), call, "the call, for \(appID)")
                try expectEqual(try await store.refusedCall(rid: "b", askedBy: appID), nil, "no call, for \(appID)")
            }
        },
        ConformanceCase("the summary of one account equals its summary in the list of all accounts") { tested in
            let store = try await SampleWorld.make(in: tested)
            _ = try await store.createTag(named: "second", id: nil, for: SampleWorld.appID)
            try await store.unfollow([SampleWorld.follower(1)], of: SampleWorld.appID)
            for _ in 0..<2 {
                let store = await tested.store
                for summary in try await store.accounts() {
                    try expectEqual(
                        try await store.summary(of: summary.account.appID), summary, "the summary of an account")
                }
                try expectEqual(try await store.summary(of: "wxnobody"), nil, "the summary of no account")
                try await tested.restart()
            }
        },
        ConformanceCase("accounts are listed in the order of creation, also after a restart") { tested in
            let appIDs = ["wxc", "wxa", "wxd", "wxb"].map { AppID($0) }
            for appID in appIDs { try await tested.store.createAccount(SampleWorld.account(appID)) }
            for _ in 0..<2 {
                try expectEqual(try await tested.store.accounts().map(\.account.appID), appIDs, "the accounts")
                try await tested.restart()
            }
        },
        ConformanceCase("the counts of an account are the counts that were saved for it") { tested in
            let store = try await SampleWorld.make(in: tested)
            func counter(_ appID: AppID, _ name: String) -> CallCounter {
                CallCounter(appID: appID, name: name, period: 5, count: 1)
            }
            let own = [counter(SampleWorld.appID, "/a"), counter(SampleWorld.appID, "/b")]
            try await store.saveCounters(own + [counter(SampleWorld.otherAppID, "/a")])
            try expectEqual(Set(try await store.counters(of: SampleWorld.appID)), Set(own), "the counts")
            try expectEqual(try await store.counters(of: "wxnobody"), [], "the counts of no account")
            try await store.deleteAccount(SampleWorld.appID)
            try expectEqual(try await store.counters(of: SampleWorld.appID), [], "the counts of a removed account")
        },
        ConformanceCase("the store keeps the latest counter of each name") { tested in
            let store = try await SampleWorld.make(in: tested)
            func counter(_ name: String, _ count: Int) -> CallCounter {
                CallCounter(appID: SampleWorld.appID, name: name, period: 5, count: count)
            }
            try await store.saveCounters([counter("/a", 1), counter("/b", 2)])
            try await store.saveCounters([counter("/b", 3)])
            try await store.saveCounters([])
            try await tested.restart()
            try expectEqual(
                Set(try await (await tested.store).counters()), [counter("/a", 1), counter("/b", 3)], "counters")
        },
        ConformanceCase("a counter adds up concurrent additions, and starts from zero on another day") {
            tested in
            let store = try await SampleWorld.make(in: tested)
            func addition(_ step: Int, day: Int64, startsAnew: Bool = false) -> CounterAddition {
                CounterAddition(
                    appID: SampleWorld.appID, name: "/a", period: day, step: step, startsAnew: startsAnew)
            }
            func counter(_ count: Int, day: Int64) -> CallCounter {
                CallCounter(appID: SampleWorld.appID, name: "/a", period: day, count: count)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for step in 1...10 { group.addTask { _ = try await store.add([addition(step, day: 5)]) } }
                try await group.waitForAll()
            }
            try expectEqual(try await store.add([addition(0, day: 5)]), [counter(55, day: 5)], "the sum")
            try expectEqual(try await store.add([addition(3, day: 6)]), [counter(3, day: 6)], "the next day")
            for day in [5, 4, 0] as [Int64] {
                try expectEqual(
                    try await store.add([addition(9, day: day)]), [counter(3, day: 6)], "an addition for a past day")
            }
            try expectEqual(
                try await store.add([addition(1, day: 6, startsAnew: true)]), [counter(1, day: 6)],
                "an addition that starts from zero")
            try expectEqual(
                try await store.add([addition(2, day: 5, startsAnew: true)]), [counter(2, day: 5)],
                "an addition that starts from zero after the clock has gone back")
            try expectEqual(try await store.add([addition(3, day: 5)]), [counter(5, day: 5)], "the earlier day")
            try expectEqual(try await store.add([addition(1, day: 6)]), [counter(1, day: 6)], "the next day again")
            try await tested.restart()
            try expectEqual(try await (await tested.store).counters(), [counter(1, day: 6)], "after a restart")
        },
        ConformanceCase("an account is found after a restart, but only by its exact appid") { tested in
            let store = try await SampleWorld.make(in: tested)
            try await expectRefusal(.invalidAppID, "the same appid again") {
                try await store.createAccount(SampleWorld.account(SampleWorld.appID))
            }
            try await tested.restart()
            let reopened = await tested.store
            try expectEqual(
                try await reopened.account(SampleWorld.appID), SampleWorld.account(SampleWorld.appID), "the account")
            try expectEqual(try await reopened.account(AppID("WX0000000000000001")), nil, "an account in capitals")
        },
        ConformanceCase("nothing can be changed in an account that is not there") { tested in
            let store = await tested.store
            let nobody = AppID("wxnobody")
            try await expectRefusal(.invalidAppID, "tagging") {
                try await store.batchTagging(
                    SampleWorld.list(SampleWorld.follower(0)), tag: SampleWorld.tag, for: nobody)
            }
            try await expectRefusal(.invalidAppID, "following") {
                try await store.follow([SampleWorld.follower(0)], of: nobody, at: SampleWorld.start)
            }
            try await expectRefusal(.invalidAppID, "a new tag") {
                try await store.createTag(named: "tag", id: nil, for: nobody)
            }
            try await expectRefusal(.invalidAppID, "a token") {
                try await store.issueToken(
                    SampleWorld.token(9), for: nobody, at: SampleWorld.start,
                    rules: TokenRules())
            }
            try expectEqual(try await store.tags(of: nobody), [], "tags")
        },
    ]
}
