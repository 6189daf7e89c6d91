import Foundation
import OfficialAccount
import OfficialAccountClient

/// The result of a run, for programs: `--json` and `tagline runs show --json` print it.
package struct RunReport: Encodable {
    package struct Refusal: Encodable {
        package let errcode: Int
        package let errmsg: String
        package let count: Int
        package let rids: [String]
    }

    package let command: String
    package let appID: String
    package let baseURL: String
    package let source: String
    package let runFile: String
    package let rejects: String?
    package let total: Int
    package let applied: Int
    package let tagged: Int
    package let untagged: Int
    package let refused: Int
    package let unknown: Int
    package let left: Int
    package let takenBack: Int
    /// The number of followers for whom `--undo` must still undo the run; nil if no undo has begun.
    package let leftToUndo: Int?
    package let duplicates: Int
    package let badLines: Int
    package let calls: Int
    package let failedCalls: Int
    package let seconds: Double
    package let refusals: [Refusal]
    /// The reason why the run stopped early; nil if it did not stop early.
    package let stopped: String?
    package let verified: Bool?

    private enum CodingKeys: String, CodingKey {
        case command, source, rejects, total, applied, tagged, untagged, refused, unknown, left, duplicates, calls
        case seconds, refusals, stopped, verified
        case appID = "appid"
        case baseURL = "base_url"
        case runFile = "run_file"
        case takenBack = "taken_back"
        case leftToUndo = "left_to_undo"
        case badLines = "bad_lines"
        case failedCalls = "failed_calls"
    }

    /// - Parameters:
    ///   - rejects: the file that lists the refused followers; nil if the file is unknown or was not written.
    ///   - stop: the reason why the run stopped early; nil if it did not stop early.
    ///   - verified: whether the tags on the platform match the result of the run; nil if the command did not check the
    ///     tags.
    package init(
        _ file: RunFile, account: RunAccount? = nil, rejects: String?, stop: StopReason? = nil,
        verified: Bool? = nil
    ) throws {
        let identity = try file.identity()
        let summary = try RunSummary(file, rejects: rejects ?? "")
        let counts = summary.counts
        command = identity?.verb ?? ""
        appID = identity?.appID ?? ""
        baseURL = account?.baseURL ?? identity?.baseURL ?? ""
        source = identity?.source ?? ""
        runFile = file.path
        self.rejects = counts.rejected + counts.badLines > 0 ? rejects : nil
        total = counts.total
        applied = counts.applied
        tagged = summary.tagged
        untagged = summary.untagged
        refused = counts.rejected
        unknown = counts.unknown + counts.undoUnknown
        left = counts.waiting
        takenBack = counts.undone
        leftToUndo = counts.isUndoBegun ? counts.undoable : nil
        duplicates = counts.duplicates
        badLines = counts.badLines
        calls = summary.effort.calls
        failedCalls = summary.effort.failures
        let seconds = (summary.effort.seconds * 1000).rounded() / 1000
        self.seconds = seconds.isFinite ? seconds : 0
        refusals = summary.refusals.map {
            Refusal(
                errcode: $0.code, errmsg: ErrorCode($0.code).explanation?.message ?? "", count: $0.count, rids: $0.rids)
        }
        stopped = stop.map { "\($0)" }
        self.verified = verified
    }

    package func json() throws -> String { try SortedJSON.text(self) }
}
