import AdminAPI
import Foundation
import OfficialAccount
import TagStore

/// A fault that acts on a call, with the random values for this call.
struct FiredFault: Sendable {
    /// The rule that counted this call, and the account for which the rule counted it.
    struct Origin: Sendable {
        fileprivate let entry: Int
        fileprivate let account: ExactText
    }

    let name: String
    let action: FaultRule.Action
    var delay: Duration?
    /// The seed for the choice of the openids that fail.
    var seed: UInt64 = 0
    /// Which rule counted this call, and for which account. Nil if a header asked for the fault, or if the call sent a
    /// token that a rule has ended.
    var origin: Origin?
    /// The openids that fail with 45171.
    var failing: [String] = []
    /// Whether the fault has replaced the true answer of the call.
    var isPlayed = false

    /// Returns the `count` openids that fail. The same seed gives the same openids.
    func chosen(_ count: Int, of openIDs: [String]) -> Set<ExactText> {
        let drawn = Set(openIDs.map(ExactText.init)).map { openID in
            var draw = SeededDraw(seed: seed, openID.text)
            return (openID, draw.next())
        }
        return Set(drawn.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(count).map(\.0))
    }
}

/// The fault rules and their counts. This type only decides which rule fires. Its caller provides the time and the
/// lock.
///
/// Each rule counts the calls of each account separately. Each random value depends on the seed, the rule, the account,
/// and the number of the account's calls that the rule has matched. So the faults of one account do not depend on the
/// calls of another account.
struct FaultBook {
    private struct Count {
        var matched = 0
        var fired = 0
        /// The number of unfinished calls on which the rule will fire if the server does not refuse them for another
        /// reason.
        var waiting = 0

        mutating func settle(isPlayed: Bool) {
            waiting -= 1
            if isPlayed { fired = fired.saturatingSum(with: 1) }
        }
    }

    private struct Entry {
        /// A number that distinguishes the rule from an earlier rule with the same name.
        let id: Int
        let rule: FaultRule
        let endsAt: UnixTime?
        var total = Count()
        var counts: [ExactText: Count] = [:]
        /// The tokens that the rule has ended, each with the account of the call that sent the token.
        var endedTokens: [Fingerprint: ExactText] = [:]
    }

    /// The most accounts that a rule counts separately. The rule counts the calls of further accounts together.
    private static let mostAccounts = 10_000
    /// The most tokens that a rule ends. A rule that has ended this number of tokens still refuses calls, but ends no
    /// further token.
    private static let mostEndedTokens = 10_000

    private(set) var seed: UInt64 = 0
    private var entries: [Entry] = []
    private var lastID = 0
    /// The number of times that each fault fired, by the name of its rule or header. The numbers also include removed
    /// rules.
    private(set) var fired: [ExactText: Int] = [:]

    var isEmpty: Bool { entries.isEmpty }
    func hasRules(at stage: FaultRule.Stage) -> Bool { entries.contains { $0.rule.action.at == stage } }

    // MARK: Rules

    mutating func replaceAll(with set: FaultSet, at now: UnixTime) {
        seed = set.seed
        entries = []
        for rule in set.rules {
            let entry = makeEntry(rule, now)
            entries.append(entry)
        }
    }

    /// Returns whether the book has a rule with this name.
    func has(_ name: String) -> Bool { index(of: name) != nil }

    private func index(of name: String) -> Int? { entries.firstIndex { $0.rule.name.hasSameBytes(as: name) } }

    /// Replaces the rule with the same name, and starts its counts at zero. If no rule has this name, adds `rule` at
    /// the end. Returns false if the book has no room for another rule.
    mutating func put(_ rule: FaultRule, at now: UnixTime) -> Bool {
        if let place = index(of: rule.name) {
            entries[place] = makeEntry(rule, now)
            return true
        }
        guard entries.count < FaultSet.most else { return false }
        let entry = makeEntry(rule, now)
        entries.append(entry)
        return true
    }

    /// Removes a rule. Returns whether there was a rule with this name.
    mutating func remove(_ name: String) -> Bool {
        let count = entries.count
        entries.removeAll { $0.rule.name.hasSameBytes(as: name) }
        return entries.count < count
    }

    mutating func removeAll() {
        entries = []
    }

    private mutating func makeEntry(_ rule: FaultRule, _ now: UnixTime) -> Entry {
        lastID += 1
        return Entry(id: lastID, rule: rule, endsAt: rule.span.map { now + max(1, $0.duration.components.seconds) })
    }

    // MARK: Calls

    /// Returns the fault for a call that has reached one of `stages`; nil if no rule fires. Counts the call for each
    /// rule that matches it, up to the rule that fires.
    ///
    /// A fault that fires at the end of a call counts as fired only after ``settle(_:isPlayed:)``.
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
                count.matched > rule.skip && rule.times.map { count.fired + count.waiting < $0 } ?? true
                && (rule.chance >= 1 || draw.unit() < rule.chance)
            if fires {
                count.waiting += 1
                entries[place].total.waiting += 1
            }
            entries[place].counts[account] = count
            guard fires else { continue }
            let delay = Self.delay(rule.action.delay, &draw)
            let fault = FiredFault(
                name: rule.name, action: rule.action, delay: delay, seed: draw.next(),
                origin: FiredFault.Origin(entry: entries[place].id, account: account))
            if !rule.action.firesAtEnd { settle(fault, isPlayed: true) }
            return fault
        }
        return nil
    }

    /// Counts `fault` as fired if `isPlayed` is true. Otherwise the rule can fire on another call instead.
    mutating func settle(_ fault: FiredFault, isPlayed: Bool) {
        if let origin = fault.origin, let place = entries.firstIndex(where: { $0.id == origin.entry }) {
            entries[place].total.settle(isPlayed: isPlayed)
            entries[place].counts[origin.account]?.settle(isPlayed: isPlayed)
        }
        guard isPlayed else { return }
        let name = ExactText(fault.name)
        if fired.count < FaultSet.most || fired[name] != nil {
            fired[name] = (fired[name] ?? 0).saturatingSum(with: 1)
        }
    }

    // MARK: Tokens

    /// A rule that has ended a token, and the errcode with which the server refuses the token.
    struct TokenEnd: Sendable {
        let fault: String
        let errcode: Int
    }

    /// Whether a rule has ended any token.
    var hasEndedTokens: Bool { entries.contains { !$0.endedTokens.isEmpty } }

    /// Makes a rule refuse a token until the rule is removed.
    mutating func end(_ token: Fingerprint, by fault: FiredFault) {
        guard let origin = fault.origin, let place = entries.firstIndex(where: { $0.id == origin.entry })
        else { return }
        guard entries[place].endedTokens.count < Self.mostEndedTokens else { return }
        entries[place].endedTokens[token] = origin.account
    }

    /// Returns which rule has ended a token; nil if no rule has ended the token.
    func end(of token: Fingerprint) -> TokenEnd? {
        for entry in entries where entry.endedTokens[token] != nil {
            guard let errcode = entry.rule.action.errcode else { continue }
            return TokenEnd(fault: entry.rule.name, errcode: errcode)
        }
        return nil
    }

    /// Forgets that a rule has ended a token, because the server has issued a token with the same text.
    mutating func revive(_ token: Fingerprint) {
        for place in entries.indices { entries[place].endedTokens[token] = nil }
    }

    /// Forgets the ended tokens of these accounts, because the sandbox has replaced the state of the accounts.
    mutating func forgetEndedTokens(of accounts: Set<ExactText>) {
        for place in entries.indices {
            entries[place].endedTokens = entries[place].endedTokens.filter { !accounts.contains($0.value) }
        }
    }

    private func account(_ name: ExactText, in entry: Entry) -> ExactText {
        entry.counts[name] != nil || entry.counts.count < Self.mostAccounts ? name : ExactText("")
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
