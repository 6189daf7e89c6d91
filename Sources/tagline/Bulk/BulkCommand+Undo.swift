import ArgumentParser
import BulkRuns
import OfficialAccount
import OfficialAccountClient

extension BulkCommand {
    /// Undoes a run and prints for how many followers the run is undone. Throws the exit code if it is not 0.
    func takeBack(_ run: RunFile) async throws {
        for tag in try run.unnoted() {
            say("the run did not record who carried the tag \(tag) before: --undo changes every follower of the run")
        }
        say("undoing the run at \(account.told)")
        let work = RunWork(
            run, at: account, options: pace.tagger, display: display, undoing: true, whenAsked: EndingSignals.first)
        let before = try run.counts()
        _ = try await tags()
        let stop: StopReason?
        do {
            stop = try await work.run().stop
        } catch let failure as RunFileFailure {
            say("\(failure)", "Go on with: \(TypedCommand.text)")
            throw BulkExit.stopped
        }
        let counts = try run.counts()
        let refused = counts.rejected - before.rejected
        if pace.json {
            try tellJSON(
                try RunReport(run, account: account, rejects: rejects, stop: stop).json())
        } else {
            try tagline.tell(
                "Undone for \(counts.undone.counted("follower")), \(counts.undoable.grouped) left; the run had changed nothing for \(counts.before.grouped)."
            )
            if refused > 0 { try tagline.tell("Refused for \(refused.counted("follower")): \(rejects)") }
        }
        try RejectsFile(path: rejects).write(from: run, isNew: false)
        if let stop {
            let tags = try run.rowsByTag([.waiting, .applied, .unknown, .undoUnknown]).map(\.tag)
            throw exit(
                for: stop, await verdict(on: tags, after: stop), goingOnWith: TypedCommand.text,
                ifGone: "No follower carries it any more")
        }
        if counts.undoUnknown > 0 {
            say("the outcome is unknown for some followers; try them again with: \(TypedCommand.text)")
        }
        if counts.undoUnknown + refused > 0 { throw BulkExit.someRefused }
    }
}
