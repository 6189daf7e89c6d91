import ArgumentParser
import BulkRuns
import FollowerFiles
import Foundation
import OfficialAccount
import OfficialAccountClient

/// Does what `tagline tag`, `untag` and `sync` have in common: prints the plan of a run, carries the run out, and
/// prints its results.
struct BulkCommand {
    let verb: Tagging.Verb
    let account: RunAccount
    let pace: PaceOptions
    /// The path of the list of refused followers.
    var rejects = ""

    func say(_ lines: String...) { StandardError.say(lines: lines) }

    /// Shows the progress of the run.
    var display: ProgressDisplay { ProgressDisplay(pace.progress) }

    /// Reads the tags of the account. This is the first call, so it shows whether the address and the secret are right.
    func tags() async throws -> AccountTags { try await account.reporting { try await account.tags() } }

    /// Opens the input files. Returns nil for a resumed run if one of the files is a pipe.
    ///
    /// Opening a pipe waits until another process writes to it. A resumed run does not read its input again, and cannot
    /// compare a pipe with the earlier input.
    static func input(_ files: [String], columns: FollowerColumns, resumes: Bool) throws -> RunInput? {
        guard !resumes || !files.contains(where: { FileStatus(path: $0)?.isPipe ?? false }) else { return nil }
        return try RunInput(files, columns: columns)
    }

    /// Opens the run that the command resumes. Returns nil if the command has to begin a new run. Throws ``RunFailure``
    /// if the file holds another run.
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

    /// Prints the account, the address of the server, and what a run would do.
    ///
    /// - Parameter name: returns the name of a tag for people, even if the account does not have the tag yet.
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

    /// Reads an input into a run. Shows the progress, and reports the remarks about the files.
    func loading(_ body: (RunInput.Progress) throws -> RunInput.Reading) rethrows -> RunInput.Reading {
        let display = display
        defer { display.endLoading() }
        let reading = try body { display.loading($0, $1) }
        display.endLoading()
        for remark in reading.remarks { say(remark) }
        return reading
    }

    /// Asks how many calls are left today, and tells the person if this number is too small. Returns nil if the
    /// platform does not report the number.
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
        do {
            try await end(file, try await work.run(), list, verify: verify, isNew: isNew)
        } catch let failure as RunFileFailure {
            say("\(failure)", "Go on with: \(TypedCommand.resuming)")
            throw BulkExit.stopped
        }
    }

    /// Writes the list of refused followers, checks the tags if `verify` is true, and prints the results of the run.
    /// Throws the exit code if it is not 0.
    private func end(
        _ file: RunFile, _ progress: BulkProgress, _ list: RejectsFile, verify: Bool, isNew: Bool
    ) async throws {
        let stop = progress.stop
        var unwritten: (any Error)?
        do { try list.write(from: file, isNew: isNew) } catch { unwritten = error }
        let done = try RunSummary(file, rejects: unwritten == nil ? rejects : "not written")
        // If one output stream fails, the other stream still tells how to go on.
        var untold: StandardOutput.Failure?
        var verified: Bool?
        do {
            if !pace.json { try tagline.tell(lines: done.text) }
            if verify, stop == nil, unwritten == nil { verified = try await isVerified(file) }
            if pace.json {
                let report = try RunReport(
                    file, account: account, rejects: unwritten == nil ? rejects : nil, stop: stop, verified: verified)
                try tellJSON(try report.json())
            }
        } catch let failure as StandardOutput.Failure {
            untold = failure
        }
        if let failure = unwritten as? RejectsFailure, failure.isListComplete {
            say("\(failure)")
        } else if let unwritten {
            say("\(unwritten)", "Write it with: \(TypedCommand.resuming)")
        }
        var code: ExitCode?
        if let stop {
            let tags = try file.rowsByTag([.waiting, .unknown]).map(\.tag)
            code = exit(for: stop, await verdict(on: tags, after: stop))
        }
        try checkEnd(code, untold: untold, isListWritten: unwritten == nil)
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

    /// Throws the code of the stop if the run stopped. Otherwise throws if an output could not be written.
    ///
    /// - Parameters:
    ///   - code: the code of the stop; nil if the run did not stop. It takes precedence over a failure of standard
    ///     output.
    ///   - untold: why standard output could not be written; nil if it was written.
    ///   - isListWritten: whether the list of refused followers was written.
    func checkEnd(_ code: ExitCode?, untold: StandardOutput.Failure?, isListWritten: Bool) throws {
        if let code {
            if let untold { sayUntold(untold) }
            throw code
        }
        if let untold { throw untold }
        if !isListWritten { throw BulkExit.stopped }
    }

    /// Reports that standard output could not be written, if another exit code takes precedence. A process that closed
    /// a pipe needs no report.
    func sayUntold(_ failure: StandardOutput.Failure) {
        if !failure.isClosedPipe { say("\(failure)") }
    }

    /// Returns whether the platform's lists agree with the run's result. Returns false also if the lists cannot be
    /// read, or cannot be kept in a temporary file. Throws only if standard output fails.
    private func isVerified(_ file: RunFile) async throws -> Bool {
        do {
            return try await verify(file)
        } catch let failure as StandardOutput.Failure {
            throw failure
        } catch {
            say("the tag could not be read back: \(error)")
            return false
        }
    }

    /// Reads the list of tags again if the run stopped because the platform answered that the tag does not exist.
    /// Returns nil if the run stopped for any other reason.
    ///
    /// - Parameter tags: the tags that the run had to put on followers or remove from followers.
    func verdict(on tags: [TagID], after stop: StopReason) async -> TagVerdict? {
        guard case .refused(let error) = stop, error.code == .invalidTagID else { return nil }
        return await account.verdict(on: tags)
    }

    /// Prints why a run stopped and how to go on. Returns the exit code.
    ///
    /// - Parameters:
    ///   - verdict: what the list of tags shows, if the platform answered that the tag does not exist; nil otherwise.
    ///   - command: the command line that resumes the run.
    ///   - ifGone: what to do if the account no longer has the tag.
    func exit(
        for stop: StopReason, _ verdict: TagVerdict?, goingOnWith command: String = TypedCommand.resuming,
        ifGone: String = "Start a new run with another tag and another --run-file"
    ) -> ExitCode {
        let resume = "Go on with: \(command)"
        switch stop {
        case .refused(let error) where error.code == .dailyQuotaReached:
            say("the quota of the day is used up (\(error.code)); it restarts at \(QuotaReset.next().text).", resume)
            return BulkExit.usedUp
        case .callsUsedUp:
            let made = pace.maxCalls.map { "\($0.counted("call")) \($0 == 1 ? "was" : "were")" } ?? "all calls were"
            say("\(made) made, which is the limit of --max-calls.", resume)
            return BulkExit.usedUp
        case .asked:
            say("stopped after waiting for the calls in flight.", resume)
            return BulkExit.interrupted
        case .refused(let error):
            guard let verdict else {
                say("the run stopped, because every call would be refused: \(error)", resume)
                return BulkExit.stopped
            }
            let sentence = "the run stopped: \(verdict.sentence(after: error))"
            if case .gone = verdict { say("\(sentence). \(ifGone)") } else { say(sentence, resume) }
            return BulkExit.stopped
        case .failed(let failure):
            say("the run stopped, because no call gets through: \(account.failure(failure))", resume)
            return BulkExit.stopped
        }
    }

    /// Reads the list of each tag's followers, and prints a sentence about each list. Returns whether all lists agree
    /// with the run's result.
    private func verify(_ file: RunFile) async throws -> Bool {
        let checks = try await account.reporting(about: try file.rowsByTag([.applied]).map(\.tag)) {
            try await RunCheck.all(of: file, at: account, passedOver: StandardError.sayPassedOver)
        }
        for check in checks {
            try plan(check.sentence)
            if let complaint = check.complaint { say(complaint) }
        }
        return checks.allSatisfy(\.isRight)
    }
}
