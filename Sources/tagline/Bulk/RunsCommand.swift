import ArgumentParser
import BulkRuns
import Foundation
import OfficialAccount
import OfficialAccountClient

struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "Show the runs of tag, untag and sync, and their progress.",
        discussion: Examples.text(["tagline runs list", "tagline runs show followers.txt.run"]),
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the run files in a directory.",
            discussion: Examples.text(["tagline runs list", "tagline runs list /srv/segments"]))
        @Argument(help: "The directory.", completion: .directory)
        var directory = "."

        @Flag(help: "Print a JSON array.")
        var json = false

        mutating func run() async throws {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
                let meant = Suggestion.nearest(to: directory, among: ["list", "show"])
                if let meant, FileStatus(path: directory) == nil {
                    throw StartFailure.badSetting(
                        "there is no directory \(directory.shown); did you mean tagline runs \(meant)?")
                }
                throw StartFailure.failed("\(directory.shown) cannot be read as a directory")
            }
            let files = names.filter { $0.hasSuffix(".run") || $0.hasSuffix(".run.previous") }.sorted()
            var runs: [(name: String, state: RunState)] = []
            for name in files {
                let path = directory == "." ? name : "\(directory)/\(name)"
                do {
                    runs.append((path, try RunState(looking: path)))
                } catch {
                    StandardError.say("\(error)")
                }
            }
            if json {
                let reports = runs.compactMap { run in
                    if case .run(let report, _) = run.state { return report }
                    return nil
                }
                return try tellJSON(try SortedJSON.text(reports))
            }
            guard !runs.isEmpty else { return try tell("There is no run in \(directory).") }
            let rows = runs.map { [$0.name.shown] + $0.state.row }
            let columns = ["RUN", "COMMAND", "ACCOUNT", "DONE", "OF", "REFUSED", "STATE"]
            try tell(lines: Table(names: columns, rows: rows).text)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one run: its account, its progress, the refused followers and how to go on.",
            discussion: Examples.text([
                "tagline runs show followers.txt.run", "tagline runs show followers.txt.run --json",
            ]))
        @Argument(help: "The run file.", completion: .file())
        var file: String

        @Flag(help: "Print a JSON object.")
        var json = false

        mutating func run() async throws {
            switch try RunState(looking: file) {
            case .busy(let words): throw StartFailure.failed(words)
            case .notBegun(let command):
                throw RunFailure.stoppedBeforeItBegan(file, command: command.map(RunReport.resuming))
            case .run(let report, let command):
                if json { return try tellJSON(try report.json()) }
                try tell(lines: report.text(command: command))
            }
        }
    }
}
