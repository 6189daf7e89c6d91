import BulkRuns
import Foundation
import OfficialAccount
import OfficialAccountClient
import Testing

/// Tests the decisions and the sentences of a run, without a file and without a call.
@Suite struct RunValueTests {
    @Test(arguments: [
        ("20", MaxRemove.number(20)), ("0", .number(0)), ("20%", .share(20)), ("0.5%", .share(0.5)),
        ("100%", .share(100)),
        ("-1", nil), ("101%", nil), ("%", nil), ("nan%", nil), ("-0.1%", nil), ("1e400%", nil), ("", nil),
        ("many", nil),
        ("9223372036854775808", nil), ("0x10%", nil), ("1e1%", nil), (".5%", nil),
    ])
    func `the limit on followers who may lose a tag is a number or a percentage`(text: String, most: MaxRemove?) {
        #expect(MaxRemove(argument: text) == most)
    }

    @Test(arguments: [
        (gets: 0, loses: 0, both: 0, bad: 5, isFine: true), (gets: 1, loses: 1, both: 9, bad: 1, isFine: false),
        (gets: 1, loses: 100, both: 0, bad: 0, isFine: true), (gets: 1, loses: 101, both: 0, bad: 0, isFine: false),
        (gets: 0, loses: 200, both: 800, bad: 0, isFine: true), (gets: 0, loses: 201, both: 799, bad: 0, isFine: false),
        (gets: 0, loses: 1, both: 0, bad: 0, isFine: false),
    ])
    func `a sync refuses a plan whose removals may be a mistake`(
        plan: (gets: Int, loses: Int, both: Int, bad: Int, isFine: Bool)
    ) {
        let sync = SyncPlan(
            source: "f", gets: plan.gets, loses: plan.loses, both: plan.both, badLines: plan.bad,
            firstBadLine: RunInput.Place(line: 1))
        let isFine = (try? sync.check(maxRemove: nil, allowEmpty: false, ignoreBadLines: false)) != nil
        #expect(isFine == plan.isFine)
        #expect(throws: Never.self) {
            try sync.check(maxRemove: .share(100), allowEmpty: true, ignoreBadLines: true)
        }
    }

    @Test func `line numbers continue from file to file, and a place names a file and its line`() {
        let sources = [RunInput.Source(offset: 0, name: "a"), .init(offset: 4, name: "b"), .init(offset: 4, name: "c")]
        #expect(sources.place(of: 4) == RunInput.Place(file: "a", line: 4))
        #expect(sources.place(of: 5) == RunInput.Place(file: "c", line: 1))
        #expect([RunInput.Source]().place(of: 7) == RunInput.Place(line: 7))
        #expect(sources.place(of: 0) == RunInput.Place(file: "a", line: 0))
        #expect("\(sources.place(of: 5)), \(RunInput.Place(line: 7))" == "c, line 1, line 7")
        #expect("\(RunInput.Place(file: "-", line: 2))" == "the input, line 2")
    }

    @Test func `the day's quota restarts at midnight in UTC+8`() {
        for (now, next) in [(0, 57_600), (57_599, 57_600), (57_600, 144_000), (1_763_800_000, 1_763_827_200)] {
            let reset = QuotaReset.next(after: Date(timeIntervalSince1970: TimeInterval(now)))
            #expect(reset.at.timeIntervalSince1970 == TimeInterval(next))
        }
    }

    @Test func `the text of a quota reset gives the time until midnight`() {
        let now = Date(timeIntervalSince1970: 57_600 - 7500)
        #expect(QuotaReset.next(after: now).text == "1970-01-01T16:00:00Z, midnight in UTC+8, in 2 h 5 min")
    }

    @Test func `numbers have commas between the thousands, and durations have units`() {
        #expect(12_345_678.grouped == "12,345,678" && 0.grouped == "0" && (-1234).grouped == "-1,234")
        #expect(Int.min.grouped == "-9,223,372,036,854,775,808")
        #expect(Duration.seconds(7500).spoken == "2 h 5 min" && Duration.seconds(119).spoken == "119 s")
    }

    @Test(arguments: [
        (0, "0 calls", "0 entries"), (1, "1 call", "1 entry"), (2, "2 calls", "2 entries"),
        (1_000_000, "1,000,000 calls", "1,000,000 entries"),
    ])
    func `a noun is singular after 1 and plural after other numbers`(count: Int, calls: String, entries: String) {
        #expect(count.counted("call") == calls && count.counted("entry", "entries") == entries)
    }

    @Test(arguments: [
        (100, 40, "quota: 60 of 100 calls are left today"), (1, 0, "quota: 1 of 1 call is left today"),
        (nil, 40, "quota: no limit"),
    ])
    func `the sentence about a quota tells how many calls are left today`(perDay: Int?, used: Int, says: String) {
        #expect(CallAllowance(perDay: perDay, used: used, perMinute: nil).sentence == says)
    }

    // MARK: Tags

    private static let tags = AccountTags([
        Tag(id: 2, name: "星标组", count: 0), Tag(id: 107, name: "vip", count: 5), Tag(id: 108, name: "0107", count: 5),
        Tag(id: 109, name: "107", count: 5), Tag(id: 110, name: "caf\u{e9}", count: 5),
        Tag(id: 111, name: "cafe\u{301}", count: 5),
    ])

    @Test(arguments: [
        ("vip", 107), ("id:107", 107), ("name:107", 109), ("0107", 108), ("caf\u{e9}", 110), ("cafe\u{301}", 111),
    ])
    func `a text names one tag by its name or its id`(text: String, id: Int) throws {
        #expect(try Self.tags.existing(text).id == TagID(id))
    }

    @Test func `if a text is the id of one tag and the name of another, the refusal names both choices`() {
        let failure = #expect(throws: TagFailure.self) { try Self.tags.tag("107") }
        #expect("\(failure, default: "")".contains("id:107") && "\(failure, default: "")".contains("name:107"))
    }

    @Test func `the refusal of an unknown tag lists the account's tags`() {
        let failure = #expect(throws: TagFailure.self) { try Self.tags.existing("vpi") }
        #expect("\(failure, default: "")".hasPrefix("the account has no tag \"vpi\". Its tags: 2 星标组, 107 vip"))
    }

    @Test(arguments: [
        (["new"], nil), ([""], "cannot be the name of a tag"), (["new", " "], "cannot be the name of a tag"),
        (["a\u{7}"], "cannot be the name"),
        // An account may have its own limits, so only the server judges the length of a name and the number of tags.
        ([String(repeating: "x", count: 1000)], nil), ([String(repeating: "广", count: 12)], nil),
        ((0..<96).map { "t\($0)" }, nil),
    ])
    func `the names of all new tags are checked before the first tag is created`(names: [String], complaint: String?) {
        let missing = names.enumerated().map { (name: $1, placeholder: -1 - $0) }
        do {
            _ = try TagMaking(missing, tags: Self.tags, canCreate: true)
            #expect(complaint == nil)
        } catch {
            #expect(complaint.map { "\(error)".contains($0) } ?? false, "\(error)")
        }
        #expect(throws: TagFailure.self) { try TagMaking(missing, tags: Self.tags, canCreate: false) }
    }
}
