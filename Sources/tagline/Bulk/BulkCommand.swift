import ArgumentParser
import Foundation
import OfficialAccount
import OfficialAccountClient

/// What `tagline tag`, `untag` and `sync` have in common: a run that is made from an input, carried out, and told of.
struct BulkCommand {
    let verb: Tagging.Verb
    let account: AccountOptions.Account
    let pace: PaceOptions
    /// Where to list who was refused.
    var rejects = ""

    func say(_ text: String) { StandardError.say(text) }

    /// Shows the progress of the run.
    var display: ProgressDisplay { ProgressDisplay(pace.progress) }

    /// The tags of the account. This is the first call: what is wrong with the address or the secret shows here. The client knows from then on which
    /// tags exist, and does not give one up because of a single 45159.
    func tags() async throws -> TagNames {
        try await account.reporting { TagNames(tags: try await account.client.tags.list()) }
    }

    // MARK: The run file

    /// Makes room for a new run. Moves the file of an earlier run aside, or removes it if that run has not begun.
    ///
    /// Throws ``StartFailure`` if the earlier run still has work left. This process holds the lock on the file until it
    /// has moved the file.
    func clear(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let file = try RunFile.existing(path)
        defer { file.close() }
        guard try file.identity() != nil else {
            // It was left while the input was read, before anything was sent.
            try FileManager.default.removeItem(atPath: path)
            return
        }
        let counts = try file.counts()
        let left = counts.waiting + counts.unknown
        guard left == 0 else {
            throw StartFailure.failed(
                "\(path) is a run with \(left.grouped) of \(counts.total.grouped) left to do: go on with --resume, or remove the file, or name another with --run-file"
            )
        }
        guard rename(path, path + ".previous") == 0 else {
            throw StartFailure.failed("\(path) is of an earlier run and cannot be moved out of the way")
        }
    }

    /// The run to go on with, if there is one at the path and it is this one.
    ///
    /// - Parameter tags: the tags from the command line; nil if the account does not have all of them.
    func resumed(
        _ path: String, verb: String, tags: [TagID]?, input: RunInput?, expression: String? = nil
    ) throws -> RunFile? {
        guard FileManager.default.fileExists(atPath: path) else {
            say("there is no \(path) to resume: this is a new run")
            return nil
        }
        let file = try RunFile.existing(path)
        do {
            guard let identity = try file.identity() else {
                file.discard()
                return nil
            }
            try check(identity, path, verb: verb, tags: tags)
            if let expression, identity.source != expression {
                throw StartFailure.failed(
                    "\(path) is the run of \(identity.source), not of \(expression); name another with --run-file")
            }
            if let input, input.isFile, try input.digest() != identity.digest {
                throw StartFailure.failed(
                    "\(path) is the run of another input: \(identity.source) has changed or is another file. Bring the old one back, or begin anew with another --run-file"
                )
            }
            return file
        } catch {
            file.close()
            throw error
        }
    }

    /// Throws if a tag with which something is left to do is no longer there.
    func checkTags(of file: RunFile, _ names: TagNames) throws {
        for (tag, _, count) in try file.rowsByTag([.waiting, .unknown])
        where !names.tags.contains(where: { $0.id == tag }) {
            throw StartFailure.failed(
                "the account no longer has the tag \(tag), and \(count.grouped) are left to do with it: begin a new run with another tag and another --run-file"
            )
        }
    }

    func check(_ identity: RunFile.Identity, _ path: String, verb: String, tags: [TagID]?) throws {
        guard identity.verb == verb else {
            throw StartFailure.failed("\(path) is a run of tagline \(identity.verb); name another with --run-file")
        }
        guard identity.appID == account.appID.rawValue else {
            throw StartFailure.failed("\(path) is a run of the account \(identity.appID), not \(account.appID)")
        }
        if identity.baseURL != account.baseURL {
            say("this run began at \(identity.baseURL) and goes on at \(account.baseURL)")
        }
        let others = identity.tags ?? identity.tag.map { [$0] } ?? []
        if let tags, !tags.isEmpty, !others.isEmpty, Set(tags.map(\.rawValue)) != Set(others) {
            throw StartFailure.failed(
                "\(path) is a run with the tag \(others.map(String.init).joined(separator: " and ")), not \(tags.map { "\($0)" }.joined(separator: " and ")); name another with --run-file"
            )
        }
    }

    // MARK: Before

    /// Notes for whom the run changes nothing, so that `--undo` does not either, if that takes few calls beside those of the run.
    ///
    /// - Parameter made: tags that nobody can carry yet.
    func noteWhoIsSo(_ file: RunFile, made: [TagID]) async throws {
        for (tag, verb, count) in try file.rowsByTag([.waiting]) {
            // The pages tell, not the tag's count, which lags.
            let why = made.contains(tag) ? nil : try await list(tag, in: file, pages: max(20, count / 500))
            if made.contains(tag) { try file.beginList() }
            if let why {
                say("\(why): --undo of this run would also change those for whom it changes nothing")
                try file.markUnnoted(tag)
            } else {
                try file.markBefore(tag, verb)
            }
        }
    }

    /// Reads who carries a tag into the run file. Returns why not, if it could not be done in so many pages.
    private func list(_ tag: TagID, in file: RunFile, pages most: Int) async throws -> String? {
        try file.beginList()
        var pages = MemberPages(client: account.client, tag: tag).makeAsyncIterator()
        var count = 0
        do {
            while let page = try await pages.next() {
                count += 1
                guard count <= most else { return "too many followers carry the tag \(tag) to note who they are" }
                try file.list(page)
            }
            return nil
        } catch let failure as CallFailure {
            return "who carries the tag \(tag) cannot be read (\(failure))"
        }
    }

    /// Calls that the rest of a run takes if nobody is refused, by what they do.
    func calls(_ file: RunFile) throws -> [Tagging.Verb: Int] {
        try file.rowsByTag([.waiting, .unknown]).reduce(into: [:]) { $0[$1.verb, default: 0] += ($1.count + 49) / 50 }
    }

    /// Asks how many calls are left today. Says so if they are too few; nil if the platform does not tell.
    func askQuota(
        _ verb: Tagging.Verb, needed: Int, goingOn: String = "--resume"
    ) async throws -> CallAllowance? {
        let endpoint: Endpoint = verb == .tag ? BatchTagging.endpoint : BatchUntagging.endpoint
        let quota: CallAllowance
        do {
            quota = try await account.client.quotas.quota(of: endpoint)
        } catch {
            say("the platform does not tell the quota: \(error)")
            return nil
        }
        if quota.remaining < needed {
            say(
                "\(needed.grouped) calls of \(endpoint.name) are needed and \(quota.remaining.grouped) of \(quota.perDay.grouped) are left today: the run will stop, and \(goingOn) goes on after \(QuotaReset.next().text)"
            )
        }
        return quota
    }

    // MARK: The run and its end

    /// Carries the run out and tells how it ended. Throws the exit code if that is not 0.
    func carryOut(_ file: RunFile, verify: Bool, isNew: Bool) async throws {
        let list = RejectsFile(path: rejects)
        try list.check()
        say("\(isNew ? "beginning" : "going on") at \(account.told)")
        for (verb, needed) in try calls(file).sorted(by: { $0.key.rawValue < $1.key.rawValue }) where needed > 0 {
            _ = try await askQuota(verb, needed: needed)
        }
        let job = BulkJob(file: file, account: account, options: pace.tagger, display: display)
        let stop: StopReason?
        do {
            stop = try await job.run()
        } catch let failure as RunFileFailure {
            say("\(failure)\nGo on with: \(TypedCommand.resuming)")
            throw BulkExit.stopped
        }
        var unwritten: (any Error)?
        do { try list.write(from: file, isNew: isNew) } catch { unwritten = error }
        let done = try BulkSummary(file, rejects: unwritten == nil ? rejects : "not written")
        // If one output stream fails, the other stream still says how to go on.
        var untold: StandardOutput.Failure?
        var verified: Bool?
        do {
            if !pace.json { try tell(done.text, terminator: "") }
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
            say("of some it is not known whether it was done; try them again with: \(TypedCommand.resuming)")
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
    /// - Parameter command: what goes on; the same with `--resume` if nothing else is said.
    func exit(for stop: StopReason, goingOnWith command: String = TypedCommand.resuming) -> ExitCode {
        let resume = "Go on with: \(command)"
        switch stop {
        case .refused(let error) where error.code == .dailyQuotaReached:
            say(
                "the quota of the day is used up (\(error.code)); it begins anew at \(QuotaReset.next().text).\n\(resume)"
            )
            return BulkExit.usedUp
        case .callsUsedUp:
            say("\(pace.maxCalls?.grouped ?? "all") calls were made, as many as --max-calls allows.\n\(resume)")
            return BulkExit.usedUp
        case .asked:
            say("stopped; what was under way was waited for.\n\(resume)")
            return BulkExit.interrupted
        case .refused(let error) where error.code == .invalidTagID:
            say(
                "the run stopped: the account no longer has the tag. Begin a new run with another tag and another --run-file"
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

    /// Reads the tags back. Returns whether everyone is as the run left them.
    func verify(_ file: RunFile) async throws -> Bool {
        var isRight = true
        let names = try await tags()
        let tags = Set(try file.rowsByTag([.applied]).map(\.tag))
        for tag in tags.sorted() {
            try await account.reporting {
                try file.beginList()
                for try await page in MemberPages(client: account.patient, tag: tag) { try file.list(page) }
            }
            let told = try await self.tags().tags.first { $0.id == tag }?.count
            let found = try file.compare(tag)
            let name = names.name(of: tag)
            let count =
                told.map { $0 == found.listed ? "the same as its count" : "while its count says \($0.grouped)" }
                ?? "and it has no count"
            try plan(
                "Verified \(name): \(found.right.grouped) of \((found.right + found.wrong).grouped) are as the run left them; \(found.listed.grouped) carry the tag, \(count)."
            )
            if found.wrong > 0 {
                isRight = false
                say(
                    "\(found.wrong.grouped) are not, such as \(found.examples.joined(separator: ", ")). The platform's lists can lag: verify again later with --resume --verify"
                )
            }
            if let told, told != found.listed { isRight = false }
        }
        return isRight
    }
}

/// When the quotas of the day begin anew: at midnight in UTC+8.
struct QuotaReset {
    let at: Date

    static func next(after now: Date = Date()) -> QuotaReset {
        let day = 86_400.0
        let shift = 8 * 3600.0
        let days = ((now.timeIntervalSince1970 + shift) / day).rounded(.down) + 1
        return QuotaReset(at: Date(timeIntervalSince1970: days * day - shift))
    }

    var text: String {
        let left = Duration.seconds(at.timeIntervalSince(Date()))
        return "\(at.ISO8601Format()), midnight in UTC+8, in \(left.spoken)"
    }
}
