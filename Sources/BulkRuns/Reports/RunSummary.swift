import Foundation
import OfficialAccount
import OfficialAccountClient

/// The results of a run, as the command prints them at its end.
package struct RunSummary {
    /// The subcommand of the run: `tag`, `untag` or `sync`.
    package let verb: String
    package let counts: RunFile.Counts
    package let effort: (calls: Int, failures: Int, seconds: Double)
    /// For each errcode, the number of refused followers and at most three of the rids.
    package let refusals: [(code: Int, count: Int, rids: [String])]
    package let rejects: String
    /// The number of followers who got a tag.
    package let tagged: Int
    /// The number of followers who lost a tag.
    package let untagged: Int

    package init(_ file: RunFile, rejects: String) throws {
        self.rejects = rejects
        verb = try file.identity()?.verb ?? ""
        counts = try file.counts()
        effort = try file.effort()
        let done = try file.rowsByTag([.applied])
        tagged = done.reduce(0) { $0 + ($1.verb == .tag ? $1.count : 0) }
        untagged = done.reduce(0) { $0 + ($1.verb == .untag ? $1.count : 0) }
        var byCode: [Int: (Int, [String])] = [:]
        try file.eachReject { _, _, _, code, _, rid in
            guard let code else { return }
            byCode[code, default: (0, [])].0 += 1
            if let rid, byCode[code, default: (0, [])].1.count < 3 { byCode[code, default: (0, [])].1.append(rid) }
        }
        refusals = byCode.map { ($0.key, $0.value.0, $0.value.1) }.sorted { $0.1 > $1.1 }
    }

    package var text: String {
        let done =
            switch verb {
            case "tag": "\(counts.applied.grouped) tagged"
            case "untag": "\(counts.applied.grouped) untagged"
            default: "\(tagged.grouped) got the tag, \(untagged.grouped) lost it"
            }
        var lines = [
            "\(done), \(counts.rejected.grouped) refused, \(counts.unknown.grouped) with unknown outcome, \(counts.waiting.grouped) left."
        ]
        if counts.undone > 0 { lines.append("\(counts.undone.grouped) undone by --undo.") }
        if counts.duplicates > 0 || counts.badLines > 0 {
            lines.append(
                "In the input: \(counts.duplicates.counted("duplicate")), \(counts.badLines.counted("line")) without a valid openid."
            )
        }
        // A damaged run file can hold a time that makes the rate larger than every `Int`.
        let rate = Int(exactly: (Double(effort.calls) / effort.seconds).rounded(.down)) ?? effort.calls
        lines.append(
            "\(effort.calls.counted("call")), \(rate.grouped) a second; \(effort.failures.grouped) of them failed.")
        for refusal in refusals.prefix(10) {
            let meaning = ErrorCode(refusal.code).explanation.map { " \($0.message)" } ?? ""
            let rids = refusal.rids.isEmpty ? "" : "; rid \(refusal.rids.joined(separator: ", "))"
            lines.append("  \(refusal.code)\(meaning): \(refusal.count.grouped)\(rids)")
        }
        if counts.rejected > 0 || counts.badLines > 0 { lines.append("Refused followers and reasons: \(rejects)") }
        return lines.map { $0.shown + "\n" }.joined()
    }
}
