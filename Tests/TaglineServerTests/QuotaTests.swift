import Foundation
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

@Suite struct QuotaTests {
    private static let appID = AppID("wx0000000000000001")
    private static let owner = owner(appID)
    private static let other = owner(AppID("wx0000000000000002"))

    private static func owner(_ appID: AppID, quotas: [String: CallQuota] = [:]) -> CallOwner {
        let account = Account(
            appID: appID, kind: .service, isCertified: true, secret: Fingerprint(of: "secret"), quotas: quotas)
        return .account(Caller(account: account))
    }

    private static let path = "/cgi-bin/tags/get"
    /// Midnight in UTC+8, 2023-11-16.
    private static let midnight = UnixTime(seconds: 1_700_064_000)

    private func counts(perDay: Int? = nil, perMinute: Int? = nil) -> CallCounts {
        CallCounts(
            policy: QuotaPolicy(
                perDay: perDay.map { [Self.path: $0] } ?? [:], perMinute: perMinute.map { [Self.path: $0] } ?? [:]))
    }

    private func code(_ body: () throws(Refusal) -> Void) -> ErrorCode? {
        do throws(Refusal) {
            try body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `the counts stay the same when a quota changes`() throws {
        var counts = counts(perDay: 5)
        try counts.count(Self.path, by: Self.owner, at: Self.midnight)
        counts.policy = QuotaPolicy(perDay: [Self.path: 1], perMinute: [:])
        #expect(
            code { () throws(Refusal) in try counts.count(Self.path, by: Self.owner, at: Self.midnight) }
                == .dailyQuotaReached)
    }

    @Test func `a day's calls are counted until midnight in UTC+8`() throws {
        var counts = counts(perDay: 2)
        let evening = Self.midnight + -1
        try counts.count(Self.path, by: Self.owner, at: evening + -3600)
        try counts.count(Self.path, by: Self.owner, at: evening)
        #expect(
            code { () throws(Refusal) in try counts.count(Self.path, by: Self.owner, at: evening) }
                == .dailyQuotaReached)
        #expect(counts.quota(of: Self.path, for: Self.owner, at: evening).used == 2)
        try counts.count(Self.path, by: Self.other, at: evening)
        try counts.count(Self.path, by: Self.owner, at: Self.midnight)
        #expect(counts.quota(of: Self.path, for: Self.owner, at: Self.midnight).used == 1)
    }

    @Test func `a minute's calls are counted until the next minute`() throws {
        var counts = counts(perMinute: 1)
        try counts.count(Self.path, by: Self.owner, at: Self.midnight + 59)
        #expect(
            code { () throws(Refusal) in try counts.count(Self.path, by: Self.owner, at: Self.midnight + 59) }
                == .minuteQuotaReached)
        try counts.count(Self.path, by: Self.owner, at: Self.midnight + 60)
    }

    @Test func `an account's own quota replaces the quota of the policy`() throws {
        var counts = counts(perDay: 1)
        let own = Self.owner(
            Self.appID, quotas: [Self.path: CallQuota(perDay: 3), "/cgi-bin/other": CallQuota(perDay: 0)])
        for _ in 0..<3 { try counts.count(Self.path, by: own, at: Self.midnight) }
        #expect(
            code { () throws(Refusal) in try counts.count(Self.path, by: own, at: Self.midnight) }
                == .dailyQuotaReached)
        #expect(
            code { () throws(Refusal) in try counts.count("/cgi-bin/other", by: own, at: Self.midnight) }
                == .dailyQuotaReached)
        #expect(counts.quota(of: Self.path, for: own, at: Self.midnight).perDay == 3)
        try counts.count(Self.path, by: Self.other, at: Self.midnight)
        #expect(
            code { () throws(Refusal) in try counts.count(Self.path, by: Self.other, at: Self.midnight) }
                == .dailyQuotaReached)
    }

    @Test func `the server does not refuse or count a call that has no limit`() throws {
        var counts = counts()
        for _ in 0..<10 { try counts.count(Self.path, by: Self.owner, at: Self.midnight) }
        #expect(counts.takeUnsaved() == [])
    }

    @Test func `all counts can be reset ten times a month, and single counts fifty times`() throws {
        var counts = counts(perDay: 1)
        for _ in 0..<10 {
            try counts.count(Self.path, by: Self.owner, at: Self.midnight)
            try counts.resetAll(of: Self.appID, at: Self.midnight)
        }
        #expect(
            code { () throws(Refusal) in try counts.resetAll(of: Self.appID, at: Self.midnight) }
                == .clearQuotaLimitReached)
        for _ in 0..<50 { try counts.reset(Self.path, of: Self.appID, at: Self.midnight) }
        #expect(
            code { () throws(Refusal) in try counts.reset(Self.path, of: Self.appID, at: Self.midnight) }
                == .clearQuotaLimitReached)
        // 2023-11-30 24:00 in UTC+8.
        try counts.resetAll(of: Self.appID, at: UnixTime(seconds: 1_701_360_000))
        #expect(
            code { () throws(Refusal) in try counts.resetAll(of: Self.appID, at: UnixTime(seconds: 1_701_359_999)) }
                == nil)
    }

    @Test func `counting continues from the saved counts`() throws {
        var first = counts(perDay: 3)
        for _ in 0..<2 { try first.count(Self.path, by: Self.owner, at: Self.midnight) }
        let saved = first.takeUnsaved()
        let day = Self.midnight.platformDay
        #expect(saved == [CounterAddition(appID: Self.appID, name: Self.path, period: day, step: 2, known: 2)])
        #expect(first.takeUnsaved() == [])
        first.putBack(saved)
        #expect(first.takeUnsaved() == saved)
        let kept = CallCounter(appID: Self.appID, name: Self.path, period: day, count: 2)
        var second = CallCounts(policy: QuotaPolicy(perDay: [Self.path: 3], perMinute: [:]), saved: [kept])
        try second.count(Self.path, by: Self.owner, at: Self.midnight)
        #expect(
            code { () throws(Refusal) in try second.count(Self.path, by: Self.owner, at: Self.midnight) }
                == .dailyQuotaReached)
    }

    @Test func `a node adds the counts of other nodes when the store reports them`() throws {
        var counts = counts(perDay: 5)
        let day = Self.midnight.platformDay
        try counts.count(Self.path, by: Self.owner, at: Self.midnight)
        let sent = counts.takeUnsaved()
        // Another call comes before the store answers. The store already has two calls of another node.
        try counts.count(Self.path, by: Self.owner, at: Self.midnight)
        counts.takeUp(
            sums: sent.map { $0.added(to: CallCounter(appID: Self.appID, name: Self.path, period: day, count: 2)) })
        try counts.count(Self.path, by: Self.owner, at: Self.midnight)
        #expect(
            code { () throws(Refusal) in try counts.count(Self.path, by: Self.owner, at: Self.midnight) }
                == .dailyQuotaReached)
        #expect(
            counts.takeUnsaved() == [
                CounterAddition(appID: Self.appID, name: Self.path, period: day, step: 2, known: 5)
            ])
        // A count that this node has reset stays reset when the store reports the sum of the nodes.
        try counts.reset(Self.path, of: Self.appID, at: Self.midnight)
        counts.takeUp(sums: [CallCounter(appID: Self.appID, name: Self.path, period: day, count: 4)])
        try counts.count(Self.path, by: Self.owner, at: Self.midnight)
        let after = counts.takeUnsaved().first { $0.name == Self.path }
        #expect(
            after
                == CounterAddition(
                    appID: Self.appID, name: Self.path, period: day, step: 1, startsAnew: true, known: 1))
    }

    /// The seconds by which the clock goes back from noon on 2023-12-01. Each of the earlier times is in an earlier
    /// month.
    @Test(arguments: [86_400, 2 * 86_400, 40 * 86_400] as [Int64])
    func `quotas and the limit of resets hold after the clock has gone back`(seconds: Int64) throws {
        let noon = UnixTime(seconds: 1_701_403_200)
        var counts = counts(perDay: 1)
        try counts.resetAll(of: Self.appID, at: noon)
        try counts.count(Self.path, by: Self.owner, at: noon)
        var store = Dictionary(uniqueKeysWithValues: counts.takeUnsaved().map { ($0.name, $0.added(to: nil)) })
        counts.takeUp(sums: Array(store.values))
        /// Adds the unsaved counts to `store`, as a node does every second.
        func save() {
            let additions = counts.takeUnsaved()
            for addition in additions { store[addition.name] = addition.added(to: store[addition.name]) }
            counts.takeUp(sums: additions.compactMap { store[$0.name] })
        }
        let back = noon + -seconds
        counts.resetLaterCounts(at: back)
        #expect(counts.quota(of: Self.path, for: Self.owner, at: back).used == 0)
        for _ in 0..<Limits.resetsOfAllPerMonth {
            try counts.count(Self.path, by: Self.owner, at: back)
            save()
            #expect(
                code { () throws(Refusal) in try counts.count(Self.path, by: Self.owner, at: back) }
                    == .dailyQuotaReached)
            try counts.resetAll(of: Self.appID, at: back)
            save()
        }
        counts.refresh(Self.appID, from: Array(store.values))
        #expect(
            code { () throws(Refusal) in try counts.resetAll(of: Self.appID, at: back) } == .clearQuotaLimitReached)
    }

    @Test(arguments: [false, true])
    func `a node resets counts of the next day only if its own clock has gone back by more than an hour`(
        hasGoneBack: Bool
    ) throws {
        let tomorrow = CallCounter(appID: Self.appID, name: Self.path, period: Self.midnight.platformDay, count: 2)
        let clocks: [(Int64, Bool)] = [(1, false), (3600, false), (3601, true), (43_200, true), (86_400, true)]
        for (seconds, isFar) in clocks {
            let now = Self.midnight + -seconds
            let isReset = isFar && hasGoneBack
            var counts = counts(perDay: 5)
            if hasGoneBack { counts.noteSave(at: Self.midnight) }
            try counts.count(Self.path, by: Self.owner, at: now)
            counts.noteSave(at: now)
            let sent = counts.takeUnsaved()
            counts.takeUp(sums: sent.map { $0.added(to: tomorrow) })
            let isBehind = counts.judgeLaterCounts(among: [tomorrow], at: now)
            #expect(isBehind == (isFar && !hasGoneBack))
            let reset = CounterAddition(
                appID: Self.appID, name: Self.path, period: now.platformDay, step: 0, startsAnew: true)
            #expect(counts.takeUnsaved() == (isReset ? [reset] : []), "\(seconds) seconds before midnight")
            #expect(counts.quota(of: Self.path, for: Self.owner, at: Self.midnight).used == (isReset ? 0 : 2))
        }
    }

    /// Adds the unsaved counts to `store`, as a node does every second.
    private func save(_ counts: inout CallCounts, in store: inout [String: CallCounter], at now: UnixTime) {
        counts.noteSave(at: now)
        let additions = counts.takeUnsaved()
        for addition in additions { store[addition.name] = addition.added(to: store[addition.name]) }
        let sums = additions.compactMap { store[$0.name] }
        counts.takeUp(sums: sums)
        _ = counts.judgeLaterCounts(among: sums, at: now)
    }

    /// The beginnings of 2023-11-16, 2023-12-01 and 2024-01-01 in UTC+8.
    private static let midnights = [midnight, UnixTime(seconds: 1_701_360_000), UnixTime(seconds: 1_704_038_400)]

    @Test(arguments: [1, 1200, 3600, 3601, 80_000] as [Int64], midnights)
    func `a node that is alone refuses calls and resets after its clock was ahead over midnight`(
        ahead: Int64, midnight: UnixTime
    ) throws {
        var counts = CallCounts(policy: QuotaPolicy(perDay: [Self.path: 2], perMinute: [:]), isAlone: true)
        var store: [String: CallCounter] = [:]
        try counts.resetAll(of: Self.appID, at: midnight)
        try counts.count(Self.path, by: Self.owner, at: midnight)
        save(&counts, in: &store, at: midnight)
        let now = midnight + -ahead
        // The node finds the later counts of the store at the first save after each of these calls.
        try counts.count(Self.path, by: Self.owner, at: now)
        for _ in 0..<2 { save(&counts, in: &store, at: now) }
        #expect(store[Self.path]?.period == now.platformDay)
        try counts.resetAll(of: Self.appID, at: now)
        for _ in 0..<2 { save(&counts, in: &store, at: now) }
        #expect(store.values.allSatisfy { $0.period == CallCounter.period(of: $0.name, at: now) })
        for _ in 0..<2 {
            try counts.count(Self.path, by: Self.owner, at: now)
            save(&counts, in: &store, at: now)
        }
        counts.refresh(Self.appID, from: Array(store.values))
        #expect(
            code { () throws(Refusal) in try counts.count(Self.path, by: Self.owner, at: now) } == .dailyQuotaReached)
        var resets = 0
        while resets < 20, code({ () throws(Refusal) in try counts.resetAll(of: Self.appID, at: now) }) == nil {
            save(&counts, in: &store, at: now)
            resets += 1
        }
        #expect(resets <= Limits.resetsOfAllPerMonth)
    }

    @Test func `a node that is alone resets a later count that it has not made since its start`() throws {
        let now = Self.midnight + -1
        let tomorrow = CallCounter(appID: Self.appID, name: Self.path, period: Self.midnight.platformDay, count: 2)
        var counts = CallCounts(policy: QuotaPolicy(perDay: [Self.path: 5], perMinute: [:]), isAlone: true)
        var store = [Self.path: tomorrow]
        try counts.count(Self.path, by: Self.owner, at: now)
        for _ in 0..<2 { save(&counts, in: &store, at: now) }
        #expect(store[Self.path]?.period == now.platformDay)
    }

    @Test(arguments: [1, 1800, 3601, 86_400] as [Int64])
    func `a later count of another node does not replace the present count of this node`(seconds: Int64) throws {
        let now = Self.midnight + -seconds
        let tomorrow = CallCounter(appID: Self.appID, name: Self.path, period: Self.midnight.platformDay, count: 3)
        var counts = counts(perDay: 4)
        var store = [Self.path: tomorrow]
        for used in 1...4 {
            try counts.count(Self.path, by: Self.owner, at: now)
            save(&counts, in: &store, at: now)
            counts.refresh(Self.appID, from: Array(store.values))
            #expect(counts.quota(of: Self.path, for: Self.owner, at: now).used == used)
        }
        #expect(
            code { () throws(Refusal) in try counts.count(Self.path, by: Self.owner, at: now) } == .dailyQuotaReached)
        #expect(store == [Self.path: tomorrow])
        // At midnight, the calls of the other node count.
        try counts.count(Self.path, by: Self.owner, at: Self.midnight)
        #expect(
            code { () throws(Refusal) in try counts.count(Self.path, by: Self.owner, at: Self.midnight) }
                == .dailyQuotaReached)
        save(&counts, in: &store, at: Self.midnight)
        #expect(store[Self.path]?.count == 4)
    }

    @Test func `the limit of resets holds while another node is in the next month`() throws {
        let resets = "resets of all"
        let midnight = UnixTime(seconds: 1_701_360_000)
        let now = midnight + -1
        let next = CallCounter(appID: Self.appID, name: resets, period: midnight.platformMonth, count: 1)
        var counts = counts(perDay: 4)
        var store = [resets: next]
        for _ in 0..<Limits.resetsOfAllPerMonth {
            try counts.resetAll(of: Self.appID, at: now)
            save(&counts, in: &store, at: now)
            counts.refresh(Self.appID, from: Array(store.values))
        }
        #expect(
            code { () throws(Refusal) in try counts.resetAll(of: Self.appID, at: now) } == .clearQuotaLimitReached)
        #expect(store[resets] == next)
    }

    @Test func `a reset on a node that is past midnight ends the refusals of a node that is not`() throws {
        let now = Self.midnight + -1
        var counts = counts(perDay: 1)
        try counts.count(Self.path, by: Self.owner, at: now)
        let reset = [
            CallCounter(appID: Self.appID, name: Self.path, period: Self.midnight.platformDay, count: 0),
            CallCounter(appID: Self.appID, name: "resets of all", period: Self.midnight.platformMonth, count: 1),
        ]
        counts.refresh(Self.appID, from: reset)
        try counts.count(Self.path, by: Self.owner, at: now)
        counts.refresh(Self.appID, from: reset)
        #expect(
            code { () throws(Refusal) in try counts.count(Self.path, by: Self.owner, at: now) } == .dailyQuotaReached)
    }

    @Test func `months begin at midnight in UTC+8`() throws {
        for (month, day) in [(1, 31), (2, 28), (3, 31), (4, 30), (12, 31)] {
            let last = try #require(
                ISO8601DateFormatter().date(from: "2023-\(month < 10 ? "0" : "")\(month)-\(day)T23:59:59+08:00"))
            let time = UnixTime(seconds: Int64(last.timeIntervalSince1970))
            #expect(time.platformMonth == 2023 * 12 + Int64(month) - 1)
            #expect((time + 1).platformMonth == 2023 * 12 + Int64(month))
        }
        #expect(UnixTime(seconds: 1_709_222_400).platformMonth == 2024 * 12 + 2, "2024-03-01 00:00 in UTC+8")
        #expect(UnixTime(seconds: 1_709_222_399).platformMonth == 2024 * 12 + 1, "2024-02-29 23:59:59 in UTC+8")
    }

    @Test(arguments: ["", "null", "\n null ", "{}", #"{"appid":null,"appsecret":null}"#, #"{"appid":""}"#])
    func `appid and secret in the query reset counts if the body has no values for them`(body: String) async throws {
        try await withSandbox { sandbox in
            for (call, appID, account) in [
                ("clear_quota/v2", "appid", DemoWorld.service),
                ("component/clear_quota/v2", "component_appid", DemoWorld.platform),
            ] {
                let query = "\(appID)=\(account.appID)&appsecret=\(account.secret)"
                let answer = try await sandbox.host.send(
                    WireRequest("POST", "/cgi-bin/\(call)?\(query)", body: Array(body.utf8)))
                #expect(answer.text == #"{"errcode":0,"errmsg":"ok"}"#, "\(call)")
                let wrong = try await sandbox.host.send(
                    WireRequest("POST", "/cgi-bin/\(call)?\(query)", body: Array("[null]".utf8)))
                #expect(wrong.text.hasPrefix(#"{"errcode":47001,"#), "\(call)")
            }
        }
    }

    @Test func `a caller over its quota gets 45009, asks for the quota and resets the count`() async throws {
        let tagging = BatchTagging.endpoint.path
        try await withSandbox(policy: QuotaPolicy(perDay: [tagging: 2], perMinute: [:])) { sandbox in
            let run = try await WireRun(host: sandbox.host)
            let good = Array(#"{"openid_list":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"],"tagid":134}"#.utf8)
            func tag() async throws -> String {
                try await run.send(WireRequest("POST", "\(tagging)?access_token={service}", body: good)).text
            }
            func ask(_ path: String, _ body: String) async throws -> String {
                try await run.send(
                    WireRequest("POST", "/cgi-bin/\(path)?access_token={service}", body: Array(body.utf8))
                ).text
            }
            let ok = #"{"errcode":0,"errmsg":"ok"}"#
            #expect(try await tag() == ok)
            #expect(
                try await ask("openapi/quota/get", #"{"cgi_path":"\#(tagging)"}"#)
                    == #"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":2,"used":1,"remain":1}}"#)
            #expect(try await tag() == ok)
            #expect(try await tag().hasPrefix(#"{"errcode":45009,"errmsg":"reach max api daily quota limit rid: "#))
            #expect(try await ask("openapi/quota/clear", #"{"cgi_path":"\#(tagging)"}"#) == ok)
            #expect(try await tag() == ok)
            #expect(try await ask("clear_quota", #"{"appid":"\#(DemoWorld.service.appID)"}"#) == ok)
            #expect(try await tag() == ok)
            #expect(try await tag() == ok)
            #expect(try await tag().contains("45009"))
            let secret = #"{"appid":"\#(DemoWorld.service.appID)","appsecret":"\#(DemoWorld.service.secret)"}"#
            #expect(
                try await sandbox.host.send(
                    WireRequest("POST", "/cgi-bin/clear_quota/v2", body: Array(secret.utf8))
                ).text == ok)
            #expect(try await tag() == ok)
            _ = try sandbox.clock.advance(bySeconds: 3600)
            #expect(try await tag() == ok)
        }
    }
}
