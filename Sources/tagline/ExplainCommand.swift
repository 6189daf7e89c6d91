import ArgumentParser
import BulkRuns
import Foundation
import OfficialAccount

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain what an errcode means and what to do about it, in English and Chinese.",
        usage: "tagline explain [<code>] [--json]",
        discussion: """
            Without a code, it lists every code that it knows. With --json, it prints JSON.

            \(Examples.text(["tagline explain 45159", "tagline explain -1 --json"]))
            """)

    @Argument(parsing: .allUnrecognized, help: "The errcode, such as 45159 or -1.")
    var codes: [String] = []

    private struct Explanation: Encodable {
        let code: Int
        let errmsg: String
        let meaning: String
        let remedy: String
        let meaning_zh: String
        let remedy_zh: String

        init(_ entry: ErrorExplanation) {
            code = entry.code.rawValue
            errmsg = entry.message
            meaning = entry.meaning
            remedy = entry.remedy
            meaning_zh = entry.chinese.meaning
            remedy_zh = entry.chinese.remedy
        }
    }

    mutating func run() async throws {
        // `codes` holds all arguments that begin with a dash, because an errcode can begin with a dash.
        if codes.contains(where: { ["-h", "--help", "-help"].contains($0) }) {
            return try tell(lines: Tagline.helpMessage(for: Self.self) + "\n")
        }
        let isJSON = codes.contains("--json")
        codes.removeAll { $0 == "--json" }
        guard let text = codes.first else {
            if isJSON { return try tellJSON(try SortedJSON.text(ErrorCatalogue.entries.map(Explanation.init))) }
            let rows = ErrorCatalogue.entries.sorted { $0.code.rawValue < $1.code.rawValue }.map {
                [$0.code.description, $0.message]
            }
            return try tell(lines: Table(names: ["CODE", "ERRMSG"], rows: rows).text)
        }
        guard codes.count == 1 else { throw StartFailure.badSetting("give one errcode, such as 45159 or -1") }
        guard let code = Int(text) else {
            throw StartFailure.badSetting("\(text) is not an errcode, such as 45159 or -1")
        }
        guard let entry = ErrorCode(code).explanation else {
            throw StartFailure.failed("\(code) is not in the catalogue; run tagline explain to list the known codes")
        }
        if isJSON { return try tellJSON(try SortedJSON.text(Explanation(entry))) }
        try tell(
            lines: """
                \(entry.code)  \(entry.message)

                \(entry.meaning)
                \(entry.remedy)

                \(entry.chinese.meaning)
                \(entry.chinese.remedy)

                """)
    }
}
