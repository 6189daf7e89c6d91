import ArgumentParser
import Foundation
import OfficialAccount
import OfficialAccountClient

struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "Show the runs of tag, untag and sync: what they are, and how far.",
        discussion: Examples.text(["tagline runs list", "tagline runs show followers.txt.run"]),
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the run files in a directory.",
            discussion: Examples.text(["tagline runs list", "tagline runs list /srv/segments"]))
        @Argument(help: "The directory. (default: the present one)", completion: .directory)
        var directory = "."

        @Flag(help: "Print a JSON array.")
        var json = false

        mutating func run() async throws {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
                throw StartFailure.failed("\(directory) cannot be read as a directory")
            }
            let files = names.filter { $0.hasSuffix(".run") || $0.hasSuffix(".run.previous") }.sorted()
            let runs = files.compactMap { name -> (name: String, state: RunState)? in
                let path = directory == "." ? name : "\(directory)/\(name)"
                return RunState(path).map { (path, $0) }
            }
            if json {
                let reports = runs.compactMap { run in
                    if case .run(let report, _) = run.state { return report }
                    return nil
                }
                return try tellJSON(try JSONOutput.text(reports))
            }
            guard !runs.isEmpty else { return try tell("There is no run in \(directory).") }
            let rows = runs.map { [$0.name.shown] + $0.state.row }
            let columns = ["RUN", "COMMAND", "ACCOUNT", "DONE", "OF", "REFUSED", "STATE"]
            try tell(Table(names: columns, rows: rows).text, terminator: "")
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show one run: whose it is, how far it is, who was refused, how to go on.",
            discussion: Examples.text([
                "tagline runs show followers.txt.run", "tagline runs show followers.txt.run --json",
            ]))
        @Argument(help: "The run file.", completion: .file())
        var file: String

        @Flag(help: "Print a JSON object.")
        var json = false

        mutating func run() async throws {
            guard let state = try RunState(looking: file) else {
                throw StartFailure.failed("\(file) is a run that has not begun")
            }
            switch state {
            case .busy(let words): throw StartFailure.failed(words)
            case .run(let report, let command):
                if json { return try tellJSON(try report.json()) }
                try tell(report.text(command: command), terminator: "")
            }
        }
    }
}

/// The state of a run, read from its file by another process.
enum RunState {
    /// Another process is using the file.
    case busy(String)
    case run(RunReport, command: String?)

    /// Nil if the file is not a run file, or if its run has not begun.
    init?(_ path: String) {
        guard let state = try? RunState(looking: path) else { return nil }
        self = state
    }

    /// Nil if the run has not begun. Throws if the file is not a run file or cannot be read.
    init?(looking path: String) throws {
        do {
            let file = try RunFile.readable(path)
            defer { file.close() }
            guard let identity = try file.identity() else { return nil }
            self = .run(try RunReport(file, rejects: nil), command: identity.command)
        } catch let failure as RunFileFailure where failure.isBusy {
            self = .busy(failure.description)
        }
    }

    /// The columns of the table after the name.
    var row: [String] {
        switch self {
        case .busy: ["", "", "", "", "", "at work"]
        case .run(let report, _):
            [
                report.command, report.appID, report.applied.grouped, report.total.grouped, report.refused.grouped,
                report.state,
            ]
        }
    }
}

extension RunReport {
    /// The state of the run in one or two words, such as the work left.
    var state: String {
        if takenBack > 0 { return "taken back" }
        if left > 0 { return "\(left.grouped) left" }
        return unknown > 0 ? "\(unknown.grouped) unknown" : "over"
    }

    /// Describes the run for people.
    ///
    /// - Parameter command: the command line that began it.
    func text(command typed: String?) -> String {
        var lines = [
            "\(runFile): tagline \(command) for the account \(appID) at \(baseURL)",
            "from \(source), \(total.grouped) in all",
            "\(tagged.grouped) tagged, \(untagged.grouped) untagged, \(refused.grouped) refused, \(unknown.grouped) unknown, \(left.grouped) left",
            "\(calls.grouped) calls, \(failedCalls.grouped) of them failed",
        ]
        for refusal in refusals.prefix(10) {
            lines.append("  \(refusal.errcode) \(refusal.errmsg): \(refusal.count.grouped)")
        }
        if takenBack > 0 { lines.append("\(takenBack.grouped) were taken back by --undo") }
        if let typed {
            lines.append(
                left + unknown > 0
                    ? "Go on with: \(typed)\(typed.contains(" --resume") ? "" : " --resume")" : "It was: \(typed)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
