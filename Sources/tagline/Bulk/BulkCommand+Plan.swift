import Foundation
import OfficialAccount
import OfficialAccountClient

extension BulkCommand {
    /// Prints what a run would do, with the account and the address.
    ///
    /// - Parameter name: returns the name of a tag for people. The tag may not exist yet.
    func tellPlan(_ file: RunFile, name: (TagID) -> String) async throws {
        let counts = try file.counts()
        var lines = ["At \(account.told):"]
        for (tag, verb, count) in try file.rowsByTag([.waiting, .unknown]) {
            let called = name(tag)
            lines.append(
                "\(count.grouped) to \(verb == .tag ? "get" : "lose") \(tag.rawValue < 0 ? called : "the tag \(called)")"
            )
        }
        lines.append(
            "\(counts.duplicates.grouped) duplicates, \(counts.badLines.grouped) lines that are no openid: these are not sent"
        )
        for (verb, needed) in try calls(file).sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let start = ContinuousClock.now
            let quota = try await askQuota(verb, needed: needed)
            let latency = (ContinuousClock.now - start) / .seconds(1)
            let atOnce = min(pace.concurrency, max(needed, 1))
            let seconds = max(
                Double(needed) * latency / Double(atOnce), pace.callsPerSecond.map { Double(needed) / $0 } ?? 0)
            lines.append(
                "\(needed.grouped) calls of \(verb == .tag ? "batchTagging" : "batchUntagging"), and up to twelve more for every follower who is refused"
            )
            lines.append(
                "\(Duration.seconds(min(seconds, 1e9)).spoken) or more, if answers take \(Int(min(latency, 1e6) * 1000)) ms as now and \(atOnce) calls are under way at once"
            )
            if let quota {
                let days = quota.perDay > 0 ? (needed + quota.perDay - 1) / quota.perDay : 0
                lines.append(
                    "quota: \(quota.remaining.grouped) of \(quota.perDay.grouped) calls are left today\(quota.remaining < needed ? "; \(days) days' worth is needed" : ", enough")"
                )
            }
        }
        for line in lines { try plan(line) }
    }

    /// Prints a line of a plan: on standard output, or on standard error if standard output carries JSON.
    func plan(_ line: String) throws {
        if pace.json { say(line) } else { try tell(line) }
    }
}
