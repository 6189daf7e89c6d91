import ArgumentParser
import Foundation
import OfficialAccount
import OfficialAccountClient

struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Take a tag off everyone who carries it and then delete it, at WeChat or at Tagline.",
        discussion: """
            A tag that more than 100,000 followers carry cannot be deleted (45057): this is the way. It can be stopped and begun anew at \
            any time.

            Exit codes: 0 the tag is gone; 1 failed; 3 the day's quota or --max-calls is used up; 4 it stopped for another reason; \
            130 a signal stopped it.
            """)
    @Argument(help: "The tag, by id or name.")
    var tag: String

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var pace: PaceOptions
    @OptionGroup var account: AccountOptions

    /// How often the list is gone through: others may put the tag on someone meanwhile.
    private static let rounds = 5

    mutating func run() async throws {
        try await StartFailure.reporting {
            let command = BulkCommand(verb: .untag, account: try account.account(pace.retries), pace: pace)
            let tag = try await command.tags().existing(tag)
            guard !tag.id.isReserved else {
                throw StartFailure.failed(
                    "\(tag.name) (\(tag.id)) is the platform's own tag and cannot be deleted (45058)")
            }
            try Confirmation.ask(
                "Take \(tag.name) (\(tag.id)) off \(tag.count.grouped) followers and delete it?", isGiven: yes)
            if tag.count > 0 {
                _ = try await command.askQuota(.untag, needed: (tag.count + 49) / 50, goingOn: "the same command")
            }
            var taken: Set<OpenID> = []
            var calls = 0
            for _ in 0..<Self.rounds {
                let progress = try await round(tag, command, &taken, calls: pace.maxCalls.map { $0 - calls })
                calls += progress.calls
                if let stop = progress.stop {
                    print("\(taken.count.grouped) have lost \(tag.name); it is not deleted yet.")
                    throw command.tell(stop, goingOnWith: BulkCommand.sameCommand)
                }
                if progress.read == 0 { break }
            }
            try await command.account.reporting { try await command.account.patient.tags.delete(tag.id) }
            print("\(taken.count.grouped) have lost \(tag.name), and it is deleted.")
        }
    }

    /// Goes through the list once.
    ///
    /// - Parameter taken: the followers who have lost the tag already. A list that is behind names them again; they are passed over.
    private func round(
        _ tag: Tag, _ command: BulkCommand, _ taken: inout Set<OpenID>, calls: Int?
    ) async throws -> BulkProgress {
        var options = command.pace.tagger
        options.calls = calls
        let display = ProgressDisplay(command.pace.progress)
        let run = BulkTagger(command.account.patient.tags, options: options)
            .apply(
                Carriers(pages: MemberPages(client: command.account.patient, tag: tag.id), tag: tag.id, besides: taken))
        let start = ContinuousClock.now
        let shown = Task {
            while !Task.isCancelled {
                Self.show(await run.progress, tag, start, display)
                try? await Task.sleep(for: display.interval)
            }
        }
        EndingSignals.first { await run.stop() }
        defer {
            shown.cancel()
            EndingSignals.first(nil)
        }
        var lost: Set<OpenID> = []
        try await command.account.reporting {
            for try await outcome in run {
                switch outcome.result {
                case .applied: lost.insert(outcome.tagging.openID)
                case .rejected(let error): command.say("\(outcome.tagging.openID): \(error)")
                default: break
                }
            }
        }
        taken.formUnion(lost)
        let progress = await run.progress
        Self.show(progress, tag, start, display)
        display.end()
        return progress
    }

    private static func show(
        _ progress: BulkProgress, _ tag: Tag, _ start: ContinuousClock.Instant, _ display: ProgressDisplay
    ) {
        let done = progress.applied + progress.rejected + progress.unknown
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let rate = seconds > 0 ? Double(done) / seconds : 0
        display.show(
            ProgressDisplay.Moment(
                done: done, total: max(tag.count, done), applied: progress.applied, rejected: progress.rejected,
                unknown: progress.unknown, calls: progress.calls, rate: Int(rate),
                secondsLeft: rate >= 1 && tag.count > done ? Int(Double(tag.count - done) / rate) : nil,
                concurrency: progress.concurrency))
    }

    /// Everyone who carries a tag, to lose it. A list is read on from its last openid, whoever is taken off it meanwhile.
    private struct Carriers: AsyncSequence, Sendable {
        typealias Element = Tagging

        let pages: MemberPages
        let tag: TagID
        let besides: Set<OpenID>

        func makeAsyncIterator() -> Iterator {
            Iterator(pages: pages.makeAsyncIterator(), tag: tag, besides: besides)
        }

        struct Iterator: AsyncIteratorProtocol {
            var pages: MemberPages.Iterator
            let tag: TagID
            private var page: [OpenID] = []
            private var index = 0

            private let besides: Set<OpenID>

            init(pages: MemberPages.Iterator, tag: TagID, besides: Set<OpenID>) {
                self.pages = pages
                self.tag = tag
                self.besides = besides
            }

            mutating func next() async throws -> Tagging? {
                while index == page.count {
                    guard let next = try await pages.next() else { return nil }
                    page = next.filter { !besides.contains($0) }
                    index = 0
                }
                defer { index += 1 }
                return Tagging(.untag, page[index], tag)
            }
        }
    }
}
