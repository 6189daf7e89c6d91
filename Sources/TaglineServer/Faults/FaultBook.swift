import AdminAPI
import Foundation
import OfficialAccount
import TagStore

/// A rule that fired on a call, with the values that were drawn for it.
struct FiredFault: Sendable {
    let name: String
    let action: FaultRule.Action
    let delay: Duration?
    /// The seed that chooses among openids.
    let seed: UInt64
    /// The openids that fail with 45171.
    var failing: [String] = []

    /// Returns the `count` of these openids that fail. The same call gets the same ones.
    func chosen(_ count: Int, of openIDs: [String]) -> Set<ExactText> {
        let drawn = Set(openIDs.map(ExactText.init)).map { openID in
            var draw = SeededDraw(seed: seed, openID.text)
            return (openID, draw.next())
        }
        return Set(drawn.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(count).map(\.0))
    }
}

/// The fault rules and their counts. It only decides, without a clock or a lock.
///
/// Each rule counts by account, and each draw depends on the seed, the rule, the account and the number of the match.
/// So the faults of one account do not depend on the calls of another.
struct FaultBook {
    private struct Count {
        var matched = 0
        var fired = 0
    }

    private struct Entry {
        let rule: FaultRule
        let endsAt: UnixTime?
        var total = Count()
        var counts: [ExactText: Count] = [:]
    }

    /// The most accounts that a rule counts separately. It counts the calls of further accounts together.
    private static let mostAccounts = 10_000

    private(set) var seed: UInt64 = 0
    private var entries: [Entry] = []
    /// The number of times that each removed rule fired, by name.
    private(set) var fired: [ExactText: Int] = [:]

    var isEmpty: Bool { entries.isEmpty }
    func hasRules(at stage: FaultRule.Stage) -> Bool { entries.contains { $0.rule.action.at == stage } }

    // MARK: Rules

    mutating func replaceAll(with set: FaultSet, at now: UnixTime) {
        seed = set.seed
        entries = set.rules.map { Self.entry($0, now) }
    }

    /// Returns whether there is a rule with this name.
    func has(_ name: String) -> Bool { index(of: name) != nil }

    private func index(of name: String) -> Int? { entries.firstIndex { $0.rule.name.hasSameBytes(as: name) } }

    /// Replaces the rule with the same name, with counts of zero, or adds a rule at the end. Returns false if there are
    /// too many.
    mutating func put(_ rule: FaultRule, at now: UnixTime) -> Bool {
        if let place = index(of: rule.name) {
            entries[place] = Self.entry(rule, now)
            return true
        }
        guard entries.count < FaultSet.most else { return false }
        entries.append(Self.entry(rule, now))
        return true
    }

    /// Removes a rule. Returns whether there was one with this name.
    mutating func remove(_ name: String) -> Bool {
        let count = entries.count
        entries.removeAll { $0.rule.name.hasSameBytes(as: name) }
        return entries.count < count
    }

    mutating func removeAll() {
        entries = []
    }

    private static func entry(_ rule: FaultRule, _ now: UnixTime) -> Entry {
        Entry(rule: rule, endsAt: rule.span.map { now + max(1, $0.duration.components.seconds) })
    }

    // MARK: Calls

    /// Returns the fault for a call that has come to one of these stages; nil if no rule fires. Counts the call.
    mutating func draw(
        _ call: inout FaultCall, at stages: Set<FaultRule.Stage>, now: UnixTime
    ) -> FiredFault? {
        for place in entries.indices {
            let rule = entries[place].rule
            guard stages.contains(rule.action.at), entries[place].endsAt.map({ now < $0 }) ?? true,
                FaultMatch.matches(rule, &call)
            else { continue }
            let account = account(ExactText(call.account ?? ""), in: entries[place])
            var count = entries[place].counts[account, default: Count()]
            count.matched = count.matched.saturatingSum(with: 1)
            entries[place].total.matched = entries[place].total.matched.saturatingSum(with: 1)
            var draw = SeededDraw(seed: seed, rule.name, account.text, String(count.matched))
            let fires =
                count.matched > rule.skip && rule.times.map { count.fired < $0 } ?? true
                && (rule.chance >= 1 || draw.unit() < rule.chance)
            if fires {
                count.fired = count.fired.saturatingSum(with: 1)
                entries[place].total.fired = entries[place].total.fired.saturatingSum(with: 1)
                let name = ExactText(rule.name)
                if fired.count < FaultSet.most || fired[name] != nil {
                    fired[name] = (fired[name] ?? 0).saturatingSum(with: 1)
                }
            }
            entries[place].counts[account] = count
            if fires { return Self.fired(rule, &draw) }
        }
        return nil
    }

    private func account(_ name: ExactText, in entry: Entry) -> ExactText {
        entry.counts[name] != nil || entry.counts.count < Self.mostAccounts ? name : ExactText("")
    }

    private static func fired(_ rule: FaultRule, _ draw: inout SeededDraw) -> FiredFault {
        FiredFault(
            name: rule.name, action: rule.action, delay: delay(rule.action.delay, &draw), seed: draw.next())
    }

    static func delay(_ delay: FaultDelay?, _ draw: inout SeededDraw) -> Duration? {
        switch delay {
        case nil: return nil
        case .fixed(let span)?: return span.duration
        case .spread(let median, let sigma, let most)?:
            let seconds = (median.duration / .seconds(1)) * exp(sigma * draw.normal())
            return min(most.duration, .seconds(min(seconds, most.duration / .seconds(1))))
        }
    }

    // MARK: Reading

    /// The most accounts in the status of a rule.
    private static let toldAccounts = 1000

    func status(of name: String) -> FaultStatus? {
        index(of: name).map { Self.status(entries[$0]) }
    }

    var list: FaultList { FaultList(seed: seed, faults: entries.map(Self.status)) }

    private static func status(_ entry: Entry) -> FaultStatus {
        FaultStatus(
            rule: entry.rule, matched: entry.total.matched, fired: entry.total.fired,
            accounts: entry.counts.sorted { $0.key < $1.key }.prefix(toldAccounts).map {
                FaultStatus.Count(account: $0.key.text, matched: $0.value.matched, fired: $0.value.fired)
            },
            endsAt: entry.endsAt?.seconds)
    }
}
