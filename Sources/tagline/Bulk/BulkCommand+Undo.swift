import ArgumentParser
import BulkRuns
import OfficialAccount
import OfficialAccountClient

extension BulkCommand {
    /// Undoes a run and prints the number of followers changed back. Throws the exit code if it is not 0.
    func takeBack(_ run: RunFile) async throws {
        for tag in try run.unnoted() {
            say("who carried the tag \(tag) before the run is not known: it is taken back for everyone in it")
        }
        say("taking back at \(account.told)")
        let work = RunWork(
            run, at: account, options: pace.tagger, display: display, undoing: true, whenAsked: EndingSignals.first)
        let before = try run.counts()
        _ = try await tags()
        let stop: StopReason?
        do {
            stop = try await work.run().stop
        } catch let failure as RunFileFailure {
            say("\(failure)\nGo on with: \(TypedCommand.text)")
            throw BulkExit.stopped
        }
        let counts = try run.counts()
        let refused = counts.rejected - before.rejected
        if pace.json {
            try tellJSON(
                try RunReport(run, account: account, rejects: rejects, stop: stop).json())
        } else {
            try tagline.tell(
                "Taken back for \(counts.undone.grouped) followers, \(counts.undoable.grouped) left; for \(counts.before.grouped) the run had changed nothing."
            )
            if refused > 0 { try tagline.tell("For \(refused.grouped) it was refused: \(rejects)") }
        }
        try RejectsFile(path: rejects).write(from: run, isNew: false)
        if let stop { throw exit(for: stop, goingOnWith: TypedCommand.text) }
        if counts.undoUnknown > 0 {
            say("of some it is not known; try them again with: \(TypedCommand.text)")
        }
        if counts.undoUnknown + refused > 0 { throw BulkExit.someRefused }
    }
}
