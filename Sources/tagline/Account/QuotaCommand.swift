import ArgumentParser
import BulkRuns
import Foundation
import OfficialAccount
import OfficialAccountClient

struct QuotaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quota", abstract: "Show how many calls are used and left today, and when the count restarts.",
        discussion: """
            Each line costs a call of openapi/quota/get, which has a quota of its own.

            \(Examples.text(["tagline quota", "tagline quota batchTagging batchUntagging --json"]))
            """)
    @Argument(help: "Calls, by name or path, such as batchTagging. (default: all calls about tags and followers)")
    var calls: [String] = []

    @Flag(help: "Print a JSON object.")
    var json = false

    @OptionGroup(title: "Account and server") var account: AccountOptions

    private struct Told: Encodable {
        struct Call: Encodable {
            let call: String
            let path: String
            let per_day: Int
            let used: Int
            let left: Int
            let per_minute: Int?
        }

        let calls: [Call]
        let reset: String
    }

    /// The calls that the command shows if the arguments name none.
    private static let usual: [Endpoint] = [
        BatchTagging.endpoint, BatchUntagging.endpoint, GetTags.endpoint, CreateTag.endpoint, UpdateTag.endpoint,
        DeleteTag.endpoint, GetTagFans.endpoint, GetTagIDList.endpoint, GetFans.endpoint, UserInfo.endpoint,
        BatchUserInfo.endpoint, GetBlacklist.endpoint, BatchBlacklist.endpoint, BatchUnblacklist.endpoint,
    ]

    mutating func run() async throws {
        let endpoints = try calls.isEmpty ? Self.usual : calls.map(Self.endpoint)
        let account = try await account.account()
        var told: [Told.Call] = []
        for endpoint in endpoints {
            do {
                let quota = try await account.client.quotas.quota(of: endpoint)
                told.append(
                    Told.Call(
                        call: endpoint.name, path: endpoint.path, per_day: quota.perDay, used: quota.used,
                        left: quota.remaining, per_minute: quota.perMinute))
            } catch {
                // The account may not make this call and has no quota for it: 76022.
                guard calls.isEmpty, case .refused(let refusal) = error, refusal.code.rawValue == 76022 else {
                    throw account.failure(error)
                }
            }
        }
        let reset = QuotaReset.next()
        if json {
            return try tellJSON(try JSONOutput.text(Told(calls: told, reset: reset.at.ISO8601Format())))
        }
        let rows = told.map { call -> [String] in
            // What is left of no limit is no limit, though the platform subtracts the calls used.
            let left = call.per_day < CallAllowance.unlimited ? call.left : CallAllowance.unlimited
            return [
                call.call, call.used.grouped, Self.shown(left), Self.shown(call.per_day),
                call.per_minute.map(Self.shown) ?? "",
            ]
        }
        try tell(Table(names: ["CALL", "USED", "LEFT", "A DAY", "A MINUTE"], rows: rows).text, terminator: "")
        try tell("The day's count restarts at \(reset.text).")
    }

    /// Returns a number of calls for people. The platform has a number that stands for no limit.
    private static func shown(_ calls: Int) -> String {
        calls >= CallAllowance.unlimited ? "no limit" : calls.grouped
    }

    private static func endpoint(_ text: String) throws -> Endpoint {
        let known = Endpoint.all.filter { $0.access == .account || $0.access == .certifiedAccount }
        guard let endpoint = known.first(where: { $0.name == text || $0.path == text }) else {
            let nearest = Suggestion.nearest(to: text, among: known.map(\.name)).map { "; did you mean \($0)?" } ?? ""
            throw StartFailure.badSetting("there is no call \(text.shown)\(nearest)")
        }
        return endpoint
    }
}
