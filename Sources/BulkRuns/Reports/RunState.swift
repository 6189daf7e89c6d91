import OfficialAccount
import OfficialAccountClient

/// The state of a run, as another process reads it from the run's file.
package enum RunState {
    /// Another process is using the file.
    case busy(String)
    /// The command ended before it had read its whole input or created all its tags. So it changed no follower.
    /// `command` is the command line; nil if the file does not record the command line.
    case notBegun(command: String?)
    case run(RunReport, command: String?)

    /// Throws if the file is not a run file or cannot be read.
    package init(looking path: String) throws {
        do {
            let file = try RunFile.readable(path)
            defer { file.close() }
            guard let identity = try file.identity() else {
                self = .notBegun(command: try file.preparingCommand())
                return
            }
            self = .run(try RunReport(file, rejects: nil), command: identity.command)
        } catch let failure as RunFileFailure where failure.isBusy {
            self = .busy(failure.description)
        }
    }

    /// The cells of this run in the table of all runs, except the first cell, which holds the file's name.
    package var row: [String] {
        switch self {
        case .busy: ["", "", "", "", "", "at work"]
        case .notBegun: ["", "", "", "", "", "not begun"]
        case .run(let report, _):
            [
                report.command, report.appID, report.applied.grouped, report.total.grouped, report.refused.grouped,
                report.state,
            ]
        }
    }
}

extension RunReport {
    /// The state of the run in one or two words, such as `undone` or `12 left`.
    package var state: String {
        if let leftToUndo { return leftToUndo > 0 ? "\(leftToUndo.grouped) to undo" : "undone" }
        if left > 0 { return "\(left.grouped) left" }
        return unknown > 0 ? "\(unknown.grouped) unknown" : "over"
    }

    /// Describes the run for people.
    ///
    /// - Parameter command: the command line that began the run; nil if the file does not record the command line.
    package func text(command typed: String?) -> String {
        var lines = [
            "\(runFile): tagline \(command) for the account \(appID) at \(baseURL)",
            "from \(source), \(total.grouped) in all",
            "\(tagged.grouped) tagged, \(untagged.grouped) untagged, \(refused.grouped) refused, \(unknown.grouped) with unknown outcome, \(left.grouped) left",
            "\(calls.counted("call")), \(failedCalls.grouped) of them failed",
        ]
        for refusal in refusals.prefix(10) {
            lines.append("  \(refusal.errcode) \(refusal.errmsg): \(refusal.count.grouped)")
        }
        if let leftToUndo {
            lines.append("\(takenBack.grouped) undone by --undo, \(leftToUndo.grouped) left to undo")
            if leftToUndo > 0 {
                // Without the account and the address, the command could go to another server.
                lines.append(
                    "Go on with: tagline \(command) --undo --run-file \(ShellText.word(runFile)) --app-id \(ShellText.word(appID)) --base-url \(ShellText.word(baseURL))"
                )
            }
        }
        if let typed {
            let isOver = leftToUndo != nil || left + unknown == 0
            lines.append(isOver ? "The command was: \(typed)" : "Go on with: \(Self.resuming(typed))")
        }
        return lines.map { $0.shown + "\n" }.joined()
    }

    /// Returns the command line with `--resume`.
    package static func resuming(_ typed: String) -> String {
        typed.contains(" --resume") ? typed : typed + " --resume"
    }
}
