import Foundation
import OfficialAccount
import OfficialAccountClient

extension BulkCommand {
    /// What a run would do.
    func tellPlan(_ file: RunFile, _ names: TagNames) async throws {
        let counts = try file.counts()
        for (tag, verb, count) in try file.rowsByTag([.waiting, .unknown]) {
            let name = tag.rawValue < 0 ? "a new tag" : "the tag \(names.name(of: tag))"
            print("\(count.grouped) to \(verb == .tag ? "get" : "lose") \(name)")
        }
        print(
            "\(counts.duplicates.grouped) duplicates, \(counts.badLines.grouped) lines that are no openid: these are not sent"
        )
        for (verb, needed) in try calls(file).sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let start = ContinuousClock.now
            let quota = try await askQuota(verb, needed: needed)
            let latency = (ContinuousClock.now - start) / .seconds(1)
            let atOnce = min(pace.concurrency, max(needed, 1))
            let time = Duration.seconds(Double(needed) * latency / Double(atOnce))
            print(
                "\(needed.grouped) calls of \(verb == .tag ? "batchTagging" : "batchUntagging"), and up to twelve more for every follower who is refused"
            )
            print(
                "\(time.spoken) or more, if answers take \(Int(latency * 1000)) ms as now and \(atOnce) calls are under way at once"
            )
            if let quota {
                let days = quota.perDay > 0 ? (needed + quota.perDay - 1) / quota.perDay : 0
                print(
                    "quota: \(quota.remaining.grouped) of \(quota.perDay.grouped) calls are left today\(quota.remaining < needed ? "; \(days) days' worth is needed" : ", enough")"
                )
            }
        }
    }
}
