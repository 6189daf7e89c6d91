import OfficialAccount
import TagStore
import Testing

/// Tests which count of a later day or month an addition replaces.
@Suite struct CounterAdditionTests {
    /// The beginning of 2023-11-30 in UTC+8, the last day of a month.
    private static let day = UnixTime(seconds: 1_701_273_600)
    private static let names = ["/cgi-bin/tags/get", "resets of all"]

    /// Three times and two answers. The times are those of the addition, of the count and of the shared clock, in
    /// seconds after ``day``. The answers say whether the addition replaces the count of a day, and that of a month.
    private static let rows: [(Int64, Int64, Int64, [Bool])] = [
        // The same day, or an earlier count.
        (0, 0, 0, [false, false]),
        (0, -86_400, 0, [false, false]),
        (86_400, 0, -3_456_000, [false, false]),
        // Another node is past midnight.
        (86_399, 86_400, 86_399, [false, false]),
        (0, 86_400, 0, [false, false]),
        // The clock of this node is behind.
        (-86_400, 0, 0, [false, false]),
        (-3_456_000, 0, 0, [false, false]),
        (0, 2_678_400, 2_678_400, [false, false]),
        // The clock of another node was ahead by more than a day.
        (0, 172_800, 0, [true, false]),
        (-86_400, 86_400, -86_400, [true, true]),
        (0, 2_764_800, 0, [true, true]),
        (0, 7_862_400_000, 0, [true, true]),
        // The clock of another node was ahead, and the clock of this node is behind.
        (-86_400, 7_862_400_000, 0, [true, true]),
    ]

    @Test(arguments: rows)
    func `an addition replaces a count that begins more than a day after now`(
        addition: Int64, count: Int64, now: Int64, replaces: [Bool]
    ) {
        for (name, isReplaced) in zip(Self.names, replaces) {
            let own = CounterAddition(
                appID: "wx1", name: name, period: CallCounter.period(of: name, at: Self.day + addition), step: 1)
            let present = CallCounter(
                appID: "wx1", name: name, period: CallCounter.period(of: name, at: Self.day + count), count: 5)
            #expect(own.replaces(own.added(to: present), at: Self.day + now) == isReplaced, "\(name)")
        }
    }

    /// If the store kept only the last additions, a node beside one whose clock is ahead would refuse no call.
    @Test func `the count that replaces a later count is the node's own count`() {
        let later = CallCounter(appID: "wx1", name: "/a", period: 111_800, count: 5)
        let addition = CounterAddition(appID: "wx1", name: "/a", period: 5, step: 2, known: 9)
        #expect(addition.added(to: later) == later)
        let replaced = addition.replacement.added(to: later)
        #expect(replaced == CallCounter(appID: "wx1", name: "/a", period: 5, count: 9))
        let unsaid = CounterAddition(appID: "wx1", name: "/a", period: 5, step: 2)
        #expect(unsaid.replacement.added(to: later).count == 2)
    }

    @Test func `an addition that starts anew has replaced the count already`() {
        let addition = CounterAddition(appID: "wx1", name: "/a", period: 5, step: 1, startsAnew: true)
        let sum = addition.added(to: CallCounter(appID: "wx1", name: "/a", period: 111_800, count: 5))
        #expect(sum == CallCounter(appID: "wx1", name: "/a", period: 5, count: 1))
        #expect(!addition.replaces(sum, at: UnixTime(seconds: 0)))
    }
}
