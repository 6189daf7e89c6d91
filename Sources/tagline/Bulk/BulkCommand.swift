import ArgumentParser
import BulkRuns
import Foundation
import OfficialAccount
import OfficialAccountClient

/// The common part of `tagline tag`, `untag` and `sync`: prints plans and results of a run, and carries it out.
struct BulkCommand {
    let verb: Tagging.Verb
    let account: RunAccount
    let pace: PaceOptions
    /// The path of the list of refused followers.
    var rejects = ""

    func say(_ text: String) { StandardError.say(text) }

    /// Shows the progress of the run.
    var display: ProgressDisplay { ProgressDisplay(pace.progress) }

    /// Reads the tags of the account. This is the first call, so it shows whether the address and the secret are right.
    func tags() async throws -> AccountTags { try await account.reporting { try await account.tags() } }

    /// Tells the person about the tags that the command creates.
    func tell(_ remark: TagMaking.Remark) { say("\(remark)") }

    /// Opens the run to go on with; nil for a new run. Throws ``RunFailure`` if the file holds another run.
    func resumed(_ path: String, as wanted: RunFile.Wanted, input: RunInput?) throws -> RunFile? {
        guard FileManager.default.fileExists(atPath: path) else {
            say("there is no \(path) to resume: this is a new run")
            return nil
        }
        let file = try RunFile.resumable(path, as: wanted, input: input)
        if let file { try tellAddress(of: file) }
        return file
    }

    /// Tells the person if the run began at another address.
    func tellAddress(of file: RunFile) throws {
        guard let began = try file.identity()?.baseURL, began != account.baseURL else { return }
        say("this run began at \(began) and goes on at \(account.baseURL)")
    }

    // MARK: Before

    /// Prints what a run would do, with the account and the address.
    ///
    /// - Parameter name: returns the name of a tag for people. The tag may not exist yet.
    func tellPlan(_ file: RunFile, name: (TagID) -> String) async throws {
        var calls: [RunPlan.Calls] = []
        for (verb, needed) in try file.callsLeft() {
            let start = ContinuousClock.now
            let quota = try await askQuota(verb, needed: needed)
            calls.append(
                RunPlan.Calls(
                    verb: verb, needed: needed, latency: ContinuousClock.now - start, concurrency: pace.concurrency,
                    perSecond: pace.callsPerSecond, quota: quota))
        }
        let whole = try RunPlan(file, account: account.told, calls: calls)
        for line in whole.lines(name: name) { try plan(line) }
        if pace.json { try tellJSON(try whole.json(name: name)) }
    }

    /// Prints a line of a plan: on standard output, or on standard error if standard output carries JSON.
    func plan(_ line: String) throws {
        if pace.json { say(line) } else { try tagline.tell(line) }
    }

    /// Reads an input into a run. Shows the progress and tells the remarks about the files.
    func loading(_ body: (RunInput.Progress) throws -> RunInput.Reading) rethrows -> RunInput.Reading {
        let display = display
        defer { display.endLoading() }
        let reading = try body { display.loading($0, $1) }
        display.endLoading()
        for remark in reading.remarks { say(remark) }
        return reading
    }

    /// Notes which followers the run does not change, so that `--undo` does not change them either.
    ///
    /// - Parameter made: the tags that this command created.
    func noteHolders(_ file: RunFile, made: [TagID]) async throws {
        try await HoldersBefore(file, at: account, passedOver: StandardError.sayPassedOver)
            .note(made: made) { say("\($0)") }
    }

    /// Asks how many calls are left today, and tells the person if they are too few. Returns nil if the platform does
    /// not report it.
    func askQuota(
        _ verb: Tagging.Verb, needed: Int, goingOn: String = "--resume"
    ) async throws -> CallAllowance? {
        let endpoint: Endpoint = verb == .tag ? BatchTagging.endpoint : BatchUntagging.endpoint
        let quota: CallAllowance
        do {
            quota = try await account.client.quotas.quota(of: endpoint)
        } catch {
            say("the platform does not report the quota: \(error)")
            return nil
        }
        if quota.remaining < needed {
            say(
                "\(needed.counted("call")) of \(endpoint.name) \(needed == 1 ? "is" : "are") needed and \(quota.remaining.grouped) of \(quota.perDay.grouped) are left today: the run will stop, and \(goingOn) goes on after \(QuotaReset.next().text)"
            )
        }
        return quota
    }

    // MARK: The run and its end

    /// Carries the run out and prints the results. Throws the exit code if it is not 0.
    func carryOut(_ file: RunFile, verify: Bool, isNew: Bool) async throws {
        let list = RejectsFile(path: rejects)
        try list.check()
        say("\(isNew ? "beginning" : "going on") at \(account.told)")
        for (verb, needed) in try file.callsLeft() { _ = try await askQuota(verb, needed: needed) }
        let work = RunWork(
            file, at: account, options: pace.tagger, display: display, whenAsked: EndingSignals.first)
        let progress: BulkProgress
        do {
            progress = try await work.run()
        } catch let failure as RunFileFailure {
            say("\(failure)\nGo on with: \(TypedCommand.resuming)")
            throw BulkExit.stopped
        }
        let stop = progress.stop
        var unwritten: (any Error)?
        do { try list.write(from: file, isNew: isNew) } catch { unwritten = error }
        let done = try RunSummary(file, rejects: unwritten == nil ? rejects : "not written")
        // If one output stream fails, the other stream still says how to go on.
        var untold: StandardOutput.Failure?
        var verified: Bool?
        do {
            if !pace.json { try tagline.tell(done.text, terminator: "") }
            if verify, stop == nil, unwritten == nil { verified = try await isVerified(file) }
            if pace.json {
                let report = try RunReport(file, account: account, rejects: rejects, stop: stop, verified: verified)
                try tellJSON(try report.json())
            }
        } catch let failure as StandardOutput.Failure {
            untold = failure
        }
        if let unwritten { say("\(unwritten)\nWrite it with: \(TypedCommand.resuming)") }
        if let stop {
            let code = exit(for: stop)
            if let untold { throw untold }
            throw code
        }
        if let untold { throw untold }
        if unwritten != nil { throw BulkExit.stopped }
        if done.counts.unknown > 0 {
            if let failure = progress.lastUnanswered {
                say(
                    "\(progress.unanswered.counted("call")) got no valid answer; the reason for the last one: \(account.failure(failure))"
                )
            }
            say("the outcome is unknown for some followers; try them again with: \(TypedCommand.resuming)")
        }
        if verified == false { throw BulkExit.notVerified }
        if done.counts.rejected + done.counts.unknown + done.counts.badLines > 0 { throw BulkExit.someRefused }
    }

    /// Reads the tags back and compares them. Returns false also if it cannot read them.
    private func isVerified(_ file: RunFile) async throws -> Bool {
        do {
            return try await verify(file)
        } catch let failure as StartFailure {
            say("the tag could not be read back: \(failure)")
            return false
        }
    }

    /// Says why a run stopped and how to go on. Returns the exit code.
    ///
    /// - Parameter command: the command line that goes on with the run.
    func exit(for stop: StopReason, goingOnWith command: String = TypedCommand.resuming) -> ExitCode {
        let resume = "Go on with: \(command)"
        switch stop {
        case .refused(let error) where error.code == .dailyQuotaReached:
            say(
                "the quota of the day is used up (\(error.code)); it restarts at \(QuotaReset.next().text).\n\(resume)"
            )
            return BulkExit.usedUp
        case .callsUsedUp:
            let made = pace.maxCalls.map { "\($0.counted("call")) \($0 == 1 ? "was" : "were")" } ?? "all calls were"
            say("\(made) made, which is the limit of --max-calls.\n\(resume)")
            return BulkExit.usedUp
        case .asked:
            say("stopped after waiting for the calls in flight.\n\(resume)")
            return BulkExit.interrupted
        case .refused(let error) where error.code == .invalidTagID:
            say(
                "the run stopped: the account no longer has the tag. Start a new run with another tag and another --run-file"
            )
            return BulkExit.stopped
        case .refused(let error):
            say("the run stopped, because every call would be refused: \(error)\n\(resume)")
            return BulkExit.stopped
        case .failed(let failure):
            say("the run stopped, because no call gets through: \(account.failure(failure))\n\(resume)")
            return BulkExit.stopped
        }
    }

    /// Reads the tags back, and prints what it finds. Returns whether everything is as the run left it.
    private func verify(_ file: RunFile) async throws -> Bool {
        let checks = try await account.reporting {
            try await RunCheck.all(of: file, at: account, passedOver: StandardError.sayPassedOver)
        }
        for check in checks {
            try plan(check.sentence)
            if let complaint = check.complaint { say(complaint) }
        }
        return checks.allSatisfy(\.isRight)
    }
}
