import Foundation
import OfficialAccount
import OfficialAccountClient

/// What is told at the end of a run, and why it ended.
struct BulkSummary {
    /// What run it was.
    let verb: String
    let counts: RunFile.Counts
    let effort: (calls: Int, failures: Int, seconds: Double)
    /// By code, how many were refused and some of the rids.
    let refusals: [(code: Int, count: Int, rids: [String])]
    let rejects: String

    init(_ file: RunFile, rejects: String) throws {
        self.rejects = rejects
        verb = try file.identity()?.verb ?? ""
        counts = try file.counts()
        effort = try file.effort()
        var byCode: [Int: (Int, [String])] = [:]
        try file.eachReject { _, _, _, code, _, rid in
            guard let code else { return }
            byCode[code, default: (0, [])].0 += 1
            if let rid, byCode[code, default: (0, [])].1.count < 3 { byCode[code, default: (0, [])].1.append(rid) }
        }
        refusals = byCode.map { ($0.key, $0.value.0, $0.value.1) }.sorted { $0.1 > $1.1 }
    }

    var text: String {
        let verb = ["tag": "tagged", "untag": "untagged"][self.verb] ?? "done"
        var lines = [
            "\(counts.applied.grouped) \(verb), \(counts.rejected.grouped) refused, \(counts.unknown.grouped) unknown, \(counts.waiting.grouped) left."
        ]
        if counts.undone > 0 { lines.append("\(counts.undone.grouped) were taken back by --undo.") }
        if counts.duplicates > 0 || counts.badLines > 0 {
            lines.append(
                "In the input: \(counts.duplicates.grouped) duplicates, \(counts.badLines.grouped) lines that are no openid."
            )
        }
        let rate = effort.seconds > 0 ? Int(Double(effort.calls) / effort.seconds) : effort.calls
        lines.append(
            "\(effort.calls.grouped) calls, \(rate.grouped) a second; \(effort.failures.grouped) of them failed.")
        for refusal in refusals.prefix(10) {
            let meaning = ErrorCode(refusal.code).explanation.map { " \($0.message)" } ?? ""
            let rids = refusal.rids.isEmpty ? "" : "; rid \(refusal.rids.joined(separator: ", "))"
            lines.append("  \(refusal.code)\(meaning): \(refusal.count.grouped)\(rids)")
        }
        if counts.rejected > 0 || counts.badLines > 0 { lines.append("Who was refused, and why: \(rejects)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Throws if who was refused could not be written in the end.
    static func checkRejects(_ path: String) throws {
        let part = path + ".part"
        guard FileManager.default.createFile(atPath: part, contents: nil) else {
            throw StartFailure.failed("\(path) cannot be written; name another place with --rejects")
        }
        try? FileManager.default.removeItem(atPath: part)
    }

    /// Writes who was refused as CSV: openid, line, errcode, reason. What is there of an earlier run is kept beside it.
    static func writeRejects(of file: RunFile, to path: String, isNew: Bool) throws {
        let part = path + ".part"
        guard FileManager.default.createFile(atPath: part, contents: nil),
            let handle = FileHandle(forWritingAtPath: part)
        else { throw StartFailure.failed("\(path) cannot be written; name another place with --rejects") }
        do {
            var text = "openid,line,errcode,reason\n"
            let hasTags =
                Set(try file.rowsByTag([.waiting, .applied, .rejected, .unknown, .undone]).map(\.tag)).count > 1
            try file.eachReject { openID, line, tag, code, reason, rid in
                // Where there are several tags, the reason says which it was.
                let named = hasTags ? tag.map { "\(reason) (tag \($0))" } ?? reason : reason
                let said = rid.map { "\(named) rid: \($0)" } ?? named
                text += "\(cell(openID)),\(line),\(code.map(String.init) ?? ""),\(cell(said))\n"
                guard text.utf8.count > 1 << 16 else { return }
                try handle.write(contentsOf: Data(text.utf8))
                text = ""
            }
            try handle.write(contentsOf: Data(text.utf8))
            try handle.synchronize()
            try handle.close()
        } catch let failure as StartFailure {
            throw failure
        } catch {
            try? FileManager.default.removeItem(atPath: part)
            throw StartFailure.failed(
                "\(path) cannot be written; see to the disk, or name another place with --rejects")
        }
        if isNew, FileManager.default.fileExists(atPath: path) { _ = rename(path, path + ".previous") }
        guard rename(part, path) == 0 else {
            throw StartFailure.failed("\(path) cannot be written; name another place with --rejects")
        }
    }

    /// A cell of CSV. One that a spreadsheet would take for a formula is made plain text.
    private static func cell(_ text: String) -> String {
        let clean = String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
        let safe = clean.first.map { "=+-@".contains($0) } ?? false ? "'" + clean : clean
        guard safe.contains(where: { ",\"".contains($0) }) else { return safe }
        return "\"\(safe.replacing("\"", with: "\"\""))\""
    }
}
