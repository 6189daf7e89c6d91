import ArgumentParser
import BulkRuns
import Foundation
import OfficialAccount
import OfficialAccountClient
import Synchronization

struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Remove a tag from every follower who carries it and then delete the tag, at WeChat or at Tagline.",
        discussion: """
            A tag that more than 100,000 followers carry cannot be deleted (45057). This command first removes the tag from \
            the followers who carry it. It shows the account and how many followers would lose the tag, and asks. You can stop it and \
            restart it at any time.

            \(Examples.text(["tagline tags drain vip --dry-run", "tagline tags drain vip --yes"]))

            Exit codes: 0 the tag is gone; 1 failed; 3 the day's quota or --max-calls is used up; 4 it stopped for another reason; \
            64 the command line is invalid; 74 the output could not be written; 130 a signal stopped it.
            """)
    @Argument(help: .tag)
    var tag: String

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Print the plan and change nothing.")
    var dryRun = false

    @OptionGroup(title: "Speed and output") var pace: PaceOptions
    @OptionGroup(title: "Account and server") var account: AccountOptions

    /// The command reads the list of the tag's followers at most this many times. Between two readings, other programs
    /// can give the tag to more followers.
    private static let rounds = 10
    /// The pauses before the command reads the list again, or tries the deletion again. The platform's list and count
    /// can be old for a while.
    private static let pauses: [Duration] = [.seconds(1), .seconds(5), .seconds(15), .seconds(40)]

    /// The plan as JSON.
    private struct Plan: Encodable {
        let dry_run = true
        let at: String
        let tagid: Int
        let name: String
        let loses: Int
        let calls: Int
    }

    /// The result as JSON.
    private struct Report: Encodable {
        let command = "drain"
        let appid: String
        let base_url: String
        let tagid: Int
        let name: String
        let untagged: Int
        let deleted: Bool
        let calls: Int
        let stopped: String?
    }

    mutating func run() async throws {
        let command = BulkCommand(verb: .untag, account: try await account.account(pace, isPlan: dryRun), pace: pace)
        let tag = try await command.tags().existing(tag)
        guard !tag.id.isReserved else {
            throw StartFailure.failed(
                "\(tag.name.shown) (\(tag.id)) is the platform's own tag and cannot be deleted (45058)")
        }
        let carriers = try await tellPlan(tag, command)
        if dryRun { return }
        try Confirmation.ask(
            "Remove \(tag.name.shown) (\(tag.id)) from \(carriers.grouped) followers and delete it?", isGiven: yes)
        var drained = Drained()
        var pauses = Self.pauses[...]
        for _ in 0..<Self.rounds {
            let (progress, stop) = try await round(
                tag, command, &drained, calls: pace.maxCalls.map { $0 - drained.calls })
            if let stop {
                let verdict = await command.verdict(on: [tag.id], after: stop)
                if case .gone = verdict { return try endWithoutTag(tag, command, drained) }
                let code = command.exit(for: stop, verdict, goingOnWith: TypedCommand.text)
                try endStopped(tag, command, drained, stop)
                throw code
            }
            guard progress.read == 0 else { continue }
            // Followers who lost the tag are still on the list. The list may be old, or the platform may have lost the
            // change. Only the list after a pause shows which of the two happened.
            guard !drained.listed.isEmpty, let pause = pauses.popFirst() else { break }
            command.say(
                "the platform still lists \(drained.listed.count.grouped) of the followers who lost the tag: reading the list again in \(pause.spoken)"
            )
            try await Task.sleep(for: pause)
            drained.isEveryoneTakenAgain = true
        }
        guard try await delete(tag, command) else {
            try endStopped(
                tag, command, drained,
                .refused(
                    APIError(code: .tagHasTooManyFans, errmsg: ErrorCode.tagHasTooManyFans.explanation?.message ?? "")))
            command.say(
                "the platform's count of the tag lags (45057); delete the tag in a few minutes with the same command")
            throw BulkExit.stopped
        }
        try end(tag, command, drained, nil)
    }

    /// Prints what the command would do. Returns the number of followers who carry the tag.
    private func tellPlan(_ tag: Tag, _ command: BulkCommand) async throws -> Int {
        let found = try await command.account.carriers(of: tag)
        let carriers = found.number
        let needed = (carriers + 49) / 50
        try command.plan("At \(command.account.told):")
        try command.plan(
            "\(tag.name.shown) (\(tag.id)): \(carriers.grouped)\(found.isLeast ? " or more" : "") lose it, and it is deleted; \(needed.grouped) calls"
        )
        if carriers > 0 {
            let quota = try await command.askQuota(.untag, needed: needed, goingOn: "the same command")
            if let quota {
                let isEnough = !quota.isUnlimited && quota.remaining >= needed
                try command.plan(quota.sentence + (isEnough ? ", enough" : ""))
            }
        }
        if dryRun, pace.json {
            let plan = Plan(
                at: command.account.told, tagid: tag.id.rawValue, name: tag.name, loses: carriers, calls: needed)
            try tellJSON(try SortedJSON.text(plan))
        }
        return carriers
    }

    /// Deletes the tag. The platform updates the count of the tag late, so the platform may refuse the deletion for a
    /// while. Returns false if the platform still refuses after a minute.
    private func delete(_ tag: Tag, _ command: BulkCommand) async throws -> Bool {
        for pause in Self.pauses.map(Optional.some) + [nil] {
            do {
                try await command.account.patient.tags.delete(tag.id)
                return true
            } catch .refused(let error) where error.code == .tagHasTooManyFans {
                guard let pause else { break }
                command.say(
                    "the platform's count of the tag lags (45057): trying the deletion again in \(pause.spoken)")
                try await Task.sleep(for: pause)
            } catch .refused(let error) where error.code == .invalidTagID {
                // An earlier attempt may have deleted the tag although its answer was lost.
                let verdict = await command.account.verdict(on: [tag.id])
                if case .gone = verdict { return true }
                throw StartFailure.failed(verdict.sentence(after: error))
            } catch {
                throw command.account.failure(error)
            }
        }
        return false
    }

    /// Ends a drain during which another program has deleted the tag.
    private func endWithoutTag(_ tag: Tag, _ command: BulkCommand, _ drained: Drained) throws {
        command.say("the account no longer has the tag \(tag.id): another program has deleted it")
        try end(tag, command, drained, nil)
    }

    /// Prints the result of a drain that stopped. Does not throw if standard output fails, because the exit code of the
    /// stop takes precedence.
    private func endStopped(_ tag: Tag, _ command: BulkCommand, _ drained: Drained, _ stop: StopReason) throws {
        do {
            try end(tag, command, drained, stop)
        } catch let failure as StandardOutput.Failure {
            command.sayUntold(failure)
        }
    }

    private func end(_ tag: Tag, _ command: BulkCommand, _ drained: Drained, _ stop: StopReason?) throws {
        // After the deletion of the tag, no follower carries it, even if an old list still names some followers.
        let count = drained.lost.count - (stop == nil ? 0 : drained.listed.count)
        if pace.json {
            let report = Report(
                appid: command.account.appID.rawValue, base_url: command.account.baseURL, tagid: tag.id.rawValue,
                name: tag.name, untagged: count, deleted: stop == nil, calls: drained.calls,
                stopped: stop.map { "\($0)" })
            try tellJSON(try SortedJSON.text(report))
        } else {
            try tell(
                "\(count.grouped) followers have lost \(tag.name.shown)\(stop == nil ? ", and it is deleted" : "; it is not deleted yet")."
            )
        }
    }

    /// The results of all rounds so far.
    private struct Drained {
        /// The followers who have lost the tag.
        var lost: Set<OpenID> = []
        /// The followers in `lost` who were still on the list when the command last read the list.
        var listed: Set<OpenID> = []
        var calls = 0
        /// Whether the next round also untags the listed followers who have lost the tag already.
        var isEveryoneTakenAgain = false
        /// The followers whom the platform refused. Later rounds skip them.
        var refused: Set<OpenID> = []
        /// The number of taggings of earlier rounds that have no known outcome. The display counts these taggings too.
        var unknown = 0
    }

    /// Reads the list of the tag's followers and untags them. Skips the followers who have lost the tag already, if
    /// `isEveryoneTakenAgain` is false. Returns the progress, and the reason if the round had to stop.
    private func round(
        _ tag: Tag, _ command: BulkCommand, _ drained: inout Drained, calls: Int?
    ) async throws -> (BulkProgress, StopReason?) {
        var options = command.pace.tagger
        options.calls = calls
        let display = command.display
        let skipped = Mutex<Set<OpenID>>([])
        let besides = drained.isEveryoneTakenAgain ? drained.refused : drained.lost.union(drained.refused)
        drained.isEveryoneTakenAgain = false
        let run = BulkTagger(command.account.patient.tags, options: options)
            .apply(
                Carriers(
                    pages: MemberPages(
                        client: command.account.patient, tag: tag.id, passedOver: StandardError.sayPassedOver),
                    tag: tag.id, besides: besides, skipped: { openID in skipped.withLock { _ = $0.insert(openID) } }))
        let before = drained
        let start = ContinuousClock.now
        let shown = Task {
            while !Task.isCancelled {
                Self.show(await run.progress, after: before, tag, start, display)
                try? await Task.sleep(for: display.interval)
            }
        }
        EndingSignals.first { await run.stop() }
        defer {
            shown.cancel()
            EndingSignals.first(nil)
        }
        var lost: Set<OpenID> = []
        var refused: Set<OpenID> = []
        var unlisted: StopReason?
        try await command.account.reporting {
            do {
                for try await outcome in run {
                    switch outcome.result {
                    case .applied: lost.insert(outcome.tagging.openID)
                    case .rejected(let error):
                        refused.insert(outcome.tagging.openID)
                        command.say("\(outcome.tagging.openID): \(error)")
                    default: break
                    }
                }
            } catch CallFailure.refused(let error) where error.code == .invalidTagID {
                // The platform has no list of the tag's followers, for example because the tag was deleted.
                unlisted = .refused(error)
            }
        }
        let progress = await run.progress
        Self.show(progress, after: before, tag, start, display)
        drained.lost.formUnion(lost)
        drained.refused.formUnion(refused)
        drained.listed = skipped.withLock { $0 }.intersection(drained.lost)
        drained.calls += progress.calls
        drained.unknown += progress.unknown
        display.end()
        return (progress, progress.stop ?? unlisted)
    }

    private static func show(
        _ progress: BulkProgress, after before: Drained, _ tag: Tag, _ start: ContinuousClock.Instant,
        _ display: ProgressDisplay
    ) {
        let now = progress.applied + progress.rejected + progress.unknown
        let done = now + before.lost.count + before.refused.count + before.unknown
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let rate = seconds > 0 ? Double(now) / seconds : 0
        display.show(
            RunMoment(
                done: done, total: max(tag.count, done), applied: before.lost.count + progress.applied,
                rejected: before.refused.count + progress.rejected, unknown: before.unknown + progress.unknown,
                calls: before.calls + progress.calls, rate: Int(rate),
                secondsLeft: rate >= 1 && tag.count > done ? Int(Double(tag.count - done) / rate) : nil,
                concurrency: progress.concurrency, failures: progress.failuresByName,
                waitingFor: progress.wait?.sentence))
    }

    /// Makes a tagging that removes a tag, for each follower who carries the tag and is not in `besides`. Each page
    /// begins after the last openid of the previous page, even if that follower has lost the tag meanwhile.
    private struct Carriers: AsyncSequence, Sendable {
        typealias Element = Tagging

        let pages: MemberPages
        let tag: TagID
        let besides: Set<OpenID>
        /// The iterator calls this function with each follower of `besides` who is on the list.
        let skipped: @Sendable (OpenID) -> Void

        func makeAsyncIterator() -> Iterator {
            Iterator(pages: pages.makeAsyncIterator(), tag: tag, besides: besides, skipped: skipped)
        }

        struct Iterator: AsyncIteratorProtocol {
            var pages: MemberPages.Iterator
            let tag: TagID
            private var page: [OpenID] = []
            private var index = 0

            private let besides: Set<OpenID>
            private let skipped: @Sendable (OpenID) -> Void

            init(
                pages: MemberPages.Iterator, tag: TagID, besides: Set<OpenID>,
                skipped: @escaping @Sendable (OpenID) -> Void
            ) {
                self.pages = pages
                self.tag = tag
                self.besides = besides
                self.skipped = skipped
            }

            mutating func next() async throws -> Tagging? {
                while index == page.count {
                    guard let next = try await pages.next() else { return nil }
                    for openID in next where besides.contains(openID) { skipped(openID) }
                    page = next.filter { !besides.contains($0) }
                    index = 0
                }
                defer { index += 1 }
                return Tagging(.untag, page[index], tag)
            }
        }
    }
}
