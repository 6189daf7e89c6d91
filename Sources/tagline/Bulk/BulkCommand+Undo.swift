import ArgumentParser
import BulkRuns
import OfficialAccount
import OfficialAccountClient

extension BulkCommand {
    /// Undoes a run and prints for how many followers the run is undone. Throws the exit code if it is not 0.
    func takeBack(_ run: RunFile) async throws {
        let list = RejectsFile(path: rejects)
        try list.check()
        for tag in try run.unnoted() {
            say("the run did not record who carried the tag \(tag) before: --undo changes every follower of the run")
        }
        say("undoing the run at \(account.told)")
        let work = RunWork(
            run, at: account, options: pace.tagger, display: display, undoing: true, whenAsked: EndingSignals.first)
        let before = try run.counts()
        _ = try await tags()
        do {
            try await endUndo(run, try await work.run().stop, list, before)
        } catch let failure as RunFileFailure {
            say("\(failure)", "Go on with: \(TypedCommand.text)")
            throw BulkExit.stopped
        }
    }

    /// Writes the list of refused followers, and prints for how many followers the run is undone. Throws the exit code
    /// if it is not 0.
    ///
    /// - Parameter before: the counts of the run before the undo.
    private func endUndo(
        _ run: RunFile, _ stop: StopReason?, _ list: RejectsFile, _ before: RunFile.Counts
    ) async throws {
        let counts = try run.counts()
        let refused = counts.rejected - before.rejected
        var unwritten: (any Error)?
        do { try list.write(from: run, isNew: false) } catch { unwritten = error }
        // If one output stream fails, the other stream still tells how to go on.
        var untold: StandardOutput.Failure?
        do {
            if pace.json {
                let report = try RunReport(
                    run, account: account, rejects: unwritten == nil ? rejects : nil, stop: stop)
                try tellJSON(try report.json())
            } else {
                try tagline.tell(
                    "Undone for \(counts.undone.counted("follower")), \(counts.undoable.grouped) left; the run had changed nothing for \(counts.before.grouped)."
                )
                if refused > 0 {
                    let place = unwritten == nil ? rejects : "not written"
                    try tagline.tell("Refused for \(refused.counted("follower")): \(place)")
                }
            }
        } catch let failure as StandardOutput.Failure {
            untold = failure
        }
        if let unwritten { say("\(unwritten)", "Write it with: \(TypedCommand.text)") }
        var code: ExitCode?
        if let stop {
            let tags = try run.rowsByTag([.waiting, .applied, .unknown, .undoUnknown]).map(\.tag)
            code = exit(
                for: stop, await verdict(on: tags, after: stop), goingOnWith: TypedCommand.text,
                ifGone: "No follower carries it any more")
        }
        try checkEnd(code, untold: untold, isListWritten: unwritten == nil)
        if counts.undoUnknown > 0 {
            say("the outcome is unknown for some followers; try them again with: \(TypedCommand.text)")
        }
        if counts.undoUnknown + refused > 0 { throw BulkExit.someRefused }
    }
}
