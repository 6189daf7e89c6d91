import ArgumentParser
import BulkRuns
import Foundation
import OfficialAccount
import OfficialAccountClient

struct QuotaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quota", abstract: "Show how many calls are used and left today, and when the count restarts.",
        discussion: """
            For each line, the command makes one call of openapi/quota/get, which has a quota of its own.

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
            var per_day: Int?
            var used: Int?
            var left: Int?
            var per_minute: Int?
            /// The reason why the numbers are unknown; nil if they are known.
            var unknown: String?
        }

        let calls: [Call]
        let reset: String
    }

    /// The calls that the command shows if it has no arguments.
    private static let usual: [Endpoint] = [
        BatchTagging.endpoint, BatchUntagging.endpoint, GetTags.endpoint, CreateTag.endpoint, UpdateTag.endpoint,
        DeleteTag.endpoint, GetTagFans.endpoint, GetTagIDList.endpoint, GetFans.endpoint, UserInfo.endpoint,
        BatchUserInfo.endpoint, GetBlacklist.endpoint, BatchBlacklist.endpoint, BatchUnblacklist.endpoint,
    ]

    mutating func run() async throws {
        let endpoints = try calls.isEmpty ? Self.usual : calls.map(Self.endpoint)
        let account = try await account.account()
        let told = try await Self.quotas(of: endpoints, at: account, areNamed: !calls.isEmpty)
        let reset = QuotaReset.next()
        if json {
            return try tellJSON(try SortedJSON.text(Told(calls: told, reset: reset.at.ISO8601Format())))
        }
        for call in told {
            if let reason = call.unknown { StandardError.say("the quota of \(call.call) is unknown: \(reason)") }
        }
        let rows = told.map { call -> [String] in
            guard let perDay = call.per_day, let used = call.used, let left = call.left else {
                return [call.call, "unknown", "unknown", "unknown", ""]
            }
            // For a call without a limit, the platform subtracts the used calls from a large number. Shows "no limit"
            // instead of this difference.
            return [
                call.call, used.grouped, Self.shown(perDay < CallAllowance.unlimited ? left : CallAllowance.unlimited),
                Self.shown(perDay), call.per_minute.map(Self.shown) ?? "",
            ]
        }
        try tell(lines: Table(names: ["CALL", "USED", "LEFT", "A DAY", "A MINUTE"], rows: rows).text)
        try tell("The day's count restarts at \(reset.text).")
    }

    /// Asks for each quota. Throws ``StartFailure`` if no quota is known, or if a failure concerns every quota.
    ///
    /// - Parameter areNamed: whether the command's arguments name the calls. If not, the result leaves out the calls
    ///   that the account may not make.
    private static func quotas(
        of endpoints: [Endpoint], at account: RunAccount, areNamed: Bool
    ) async throws -> [Told.Call] {
        var told: [Told.Call] = []
        var firstFailure: CallFailure?
        for endpoint in endpoints {
            var call = Told.Call(call: endpoint.name, path: endpoint.path)
            do throws(CallFailure) {
                let quota = try await account.client.quotas.quota(of: endpoint)
                call.per_day = quota.perDay
                call.used = quota.used
                call.left = quota.remaining
                call.per_minute = quota.perMinute
            } catch {
                // The account may not make this call and has no quota for it.
                if !areNamed, error.isRefusal(with: .quotaPathNotAllowed) { continue }
                guard isAboutOneCall(error) else { throw account.failure(error) }
                firstFailure = firstFailure ?? error
                call.unknown = "\(error)"
            }
            told.append(call)
        }
        if let firstFailure, told.allSatisfy({ $0.unknown != nil }) { throw account.failure(firstFailure) }
        return told
    }

    /// Returns whether a failure concerns the quota of one call only. The command then asks for the other quotas.
    private static func isAboutOneCall(_ failure: CallFailure) -> Bool {
        if case .badAnswer = failure { return true }
        return failure.isRefusal(with: .quotaPathNotFound)
    }

    /// Returns a number of calls as text for people. The text of ``CallAllowance/unlimited`` is "no limit".
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

extension CallFailure {
    /// Returns whether the platform answered with this code.
    fileprivate func isRefusal(with code: ErrorCode) -> Bool {
        if case .refused(let refusal) = self { refusal.code == code } else { false }
    }
}
