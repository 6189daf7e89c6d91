import OfficialAccount
import OfficialAccountClient

/// The plan of a run, for the person who decides whether to begin it.
package struct RunPlan: Sendable {
    /// The calls of one kind that the run needs.
    package struct Calls: Sendable {
        package let verb: Tagging.Verb
        package let needed: Int
        /// The time that one recent call took.
        package let latency: Duration
        /// The number of calls that the run makes at the same time.
        package let concurrency: Int
        /// The most calls that begin in a second; nil if there is no limit.
        package let perSecond: Double?
        /// The day's quota of calls, and the calls left of this quota; nil if the platform does not report the quota.
        package let quota: CallAllowance?

        package init(
            verb: Tagging.Verb, needed: Int, latency: Duration, concurrency: Int, perSecond: Double?,
            quota: CallAllowance?
        ) {
            self.verb = verb
            self.needed = needed
            self.latency = latency
            self.concurrency = min(concurrency, max(needed, 1))
            self.perSecond = perSecond
            self.quota = quota
        }

        var lines: [String] {
            let seconds = latency / .seconds(1)
            let duration = max(
                Double(needed) * seconds / Double(concurrency), perSecond.map { Double(needed) / $0 } ?? 0)
            var lines = [
                "\(needed.counted("call")) of \(verb.callName), and up to twelve more for each refused follower",
                "\(Duration.seconds(min(duration, 1e9)).spoken) or more, if answers take \(Int(min(seconds, 1e6) * 1000)) ms as now and \(concurrency.counted("call")) \(concurrency == 1 ? "is" : "are") in flight",
            ]
            if let quota {
                let days = quota.perDay > 0 ? (needed - 1) / quota.perDay + 1 : 0
                let isEnough = quota.isUnlimited ? "" : ", enough"
                lines.append(
                    quota.sentence
                        + (quota.remaining < needed ? "; the run needs \(days.counted("day"))" : isEnough))
            }
            return lines
        }
    }

    /// The plan for programs, as `--dry-run --json` prints it.
    private struct Report: Encodable {
        struct Change: Encodable {
            let tag: String
            let gets: Int
            let loses: Int
        }

        let dry_run = true
        let at: String
        let changes: [Change]
        let duplicates: Int
        let bad_lines: Int
        /// The number of calls that the run needs, by the name of the call in WeChat's documentation.
        let calls: [String: Int]
    }

    private let account: String
    private let rows: [(tag: TagID, verb: Tagging.Verb, count: Int)]
    private let counts: RunFile.Counts
    private let calls: [Calls]

    /// - Parameter account: the account and the API's address, for people.
    package init(_ file: RunFile, account: String, calls: [Calls]) throws {
        self.account = account
        self.calls = calls
        rows = try file.rowsByTag([.waiting, .unknown])
        counts = try file.counts()
    }

    /// Returns the plan as a JSON object.
    ///
    /// - Parameter name: returns the name of a tag for people, even if the tag does not exist yet.
    package func json(name: (TagID) -> String) throws -> String {
        let changes = rows.map { row in
            Report.Change(
                tag: name(row.tag), gets: row.verb == .tag ? row.count : 0, loses: row.verb == .untag ? row.count : 0)
        }
        let needed = calls.map { ($0.verb.callName, $0.needed) }
        return try SortedJSON.text(
            Report(
                at: account, changes: changes, duplicates: counts.duplicates, bad_lines: counts.badLines,
                calls: Dictionary(uniqueKeysWithValues: needed)))
    }

    /// Returns the plan line by line.
    ///
    /// - Parameter name: returns the name of a tag for people, even if the tag does not exist yet.
    package func lines(name: (TagID) -> String) -> [String] {
        let changes = rows.map { row in
            let called = row.tag.rawValue < 0 ? name(row.tag) : "the tag \(name(row.tag))"
            return "\(row.count.grouped) to \(row.verb == .tag ? "get" : "lose") \(called)"
        }
        let passedOver =
            "\(counts.duplicates.counted("duplicate")), \(counts.badLines.counted("line")) without a valid openid: these are not sent"
        return ["At \(account):"] + changes + [passedOver] + calls.flatMap(\.lines)
    }
}

extension RunFile {
    /// Returns the calls that the rest of the run needs if no follower is refused, in the order in which the run makes
    /// them.
    package func callsLeft() throws -> [(verb: Tagging.Verb, count: Int)] {
        let perCall = Limits().openIDsPerCall
        let calls = try rowsByTag([.waiting, .unknown]).reduce(into: [Tagging.Verb: Int]()) {
            $0[$1.verb, default: 0] += ($1.count + perCall - 1) / perCall
        }
        return calls.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key, $0.value) }
    }
}

extension Tagging.Verb {
    /// The name of the call in WeChat's documentation.
    package var callName: String { self == .tag ? "batchTagging" : "batchUntagging" }
}
