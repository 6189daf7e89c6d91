import ArgumentParser
import Foundation
import OfficialAccount
import OfficialAccountClient

struct TagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag",
        abstract: "Put a tag on every follower in a file, at WeChat or at Tagline, and lose none.",
        discussion: TagArguments.help("put on"))
    @OptionGroup var arguments: TagArguments
    @OptionGroup var keeping: RunOptions
    @OptionGroup var pace: PaceOptions
    @OptionGroup var account: AccountOptions

    mutating func run() async throws {
        try await StartFailure.reporting { try await arguments.run(.tag, keeping, pace, account) }
    }
}

struct UntagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "untag",
        abstract: "Take a tag off every follower in a file, at WeChat or at Tagline, and lose none.",
        discussion: TagArguments.help("taken off"))
    @OptionGroup var arguments: TagArguments
    @OptionGroup var keeping: RunOptions
    @OptionGroup var pace: PaceOptions
    @OptionGroup var account: AccountOptions

    mutating func run() async throws {
        try await StartFailure.reporting { try await arguments.run(.untag, keeping, pace, account) }
    }
}

/// What `tag` and `untag` are told: whom, with what, and what else.
struct TagArguments: ParsableArguments {
    @Option(help: "The tag, by id or name.")
    var tag: String?

    @Option(
        help: "The file: an openid a line, or CSV with an openid column and perhaps a tag column; - for standard input."
    )
    var file: String?

    @Option(
        name: .customLong("where"),
        help: "In place of a file: everyone whose tags are so, such as '\"vip\" & !\"churned\"'.")
    var expression: String?

    @Flag(help: "Make tags that the account does not have.")
    var create = false

    @Flag(help: "Say what would be done, how many calls and how long it takes, and do nothing.")
    var dryRun = false

    @Flag(help: "Go on with the run that was stopped.")
    var resume = false

    @Flag(help: "At the end, read the tag back and compare.")
    var verify = false

    @Flag(help: "Take back the run that --file or --run-file names.")
    var undo = false

    static func help(_ done: String) -> String {
        """
        The tag is \(done) in calls of fifty followers, as many at once as the platform can take. A follower who is refused is found \
        and named in rejects.csv, and the other forty-nine are done. What may pass is tried again. The run is kept in a file \
        beside the input: after a crash, a signal or the end of the day's quota, the same command with --resume goes on, and it can \
        be taken back with --undo.

        A cell of a tag column holds one tag or several with ; or | between them, each by id or name; an empty one is the tag of \
        --tag.

        \(BulkExit.help)
        """
    }

    func validate() throws {
        if undo {
            guard !dryRun, !verify, !resume, expression == nil, tag == nil, !create else {
                throw ValidationError("--undo takes a whole run back: beside it only --file or --run-file says which")
            }
            return
        }
        guard (file == nil) != (expression == nil) else {
            throw ValidationError("say whom: either --file or --where")
        }
        guard expression == nil || tag != nil else { throw ValidationError("--where needs --tag") }
    }

    func run(
        _ verb: Tagging.Verb, _ keeping: RunOptions, _ pace: PaceOptions, _ account: AccountOptions
    ) async throws {
        let command = BulkCommand(
            verb: verb, account: try account.account(pace.retries), pace: pace, rejects: keeping.rejects)
        let path = keeping.path(for: file)
        try keeping.check(input: file)
        EndingSignals.first(nil)
        if undo { return try await takeBack(path, command) }
        let input = try file.map { try TaggingInput($0) }
        let names = try await command.tags()
        if resume {
            let known = try tag.flatMap { try create ? names.tag($0) : names.existing($0) }
            if let run = try command.resumed(
                path, verb: verb.rawValue, tag: known?.id, input: input, expression: expression)
            {
                defer { run.close() }
                try command.checkTags(of: run, names)
                if dryRun { return try await command.tellPlan(run, names) }
                return try await command.carryOut(run, verify: verify, isNew: false)
            }
        }
        var fallback: Tag?
        if let tag { fallback = try await command.tag(tag, of: names, create: create, isPlan: dryRun) }
        if !dryRun { try command.clear(path) }
        let newPath = dryRun ? path + ".dry-run" : path
        if dryRun { try? FileManager.default.removeItem(atPath: newPath) }
        let run = try RunFile.create(newPath)
        defer { run.close() }
        do {
            try await load(run, verb, input, fallback, names, command)
        } catch {
            run.close()
            try? FileManager.default.removeItem(atPath: newPath)
            throw error
        }
        if dryRun {
            defer { try? FileManager.default.removeItem(atPath: newPath) }
            return try await command.tellPlan(run, names)
        }
        try await command.carryOut(run, verify: verify, isNew: true)
    }

    private func load(
        _ run: RunFile, _ verb: Tagging.Verb, _ input: TaggingInput?, _ fallback: Tag?, _ names: TagNames,
        _ command: BulkCommand
    ) async throws {
        var identity = RunFile.Identity(
            verb: verb.rawValue, appID: command.account.appID.rawValue, tag: fallback?.id.rawValue,
            source: input?.name ?? expression ?? "", baseURL: command.account.baseURL, digest: nil)
        var columns = TagColumn(names: names, fallback: fallback?.id)
        if let input {
            let digest = try columns.load(input, verb, into: run)
            let counts = try run.counts()
            guard counts.total + counts.badLines > 0 else {
                throw StartFailure.failed(
                    "nothing was done: \(input.name == "-" ? "the input" : input.name) names nobody")
            }
            if input.isFile { identity.digest = digest }
        } else if let expression, let fallback {
            let audience = try Audience(expression, names: names)
            try await command.account.reporting { try await audience.gather(from: command.account.patient) }
            try run.load { loader in
                var number = 0
                try audience.each { openID in
                    number += 1
                    try loader.add(Tagging(verb, openID, fallback.id, line: number))
                }
            }
        }
        var made: [Int: TagID] = [:]
        if !columns.missing.isEmpty {
            guard create else { throw names.missing(columns.missing.map(\.name), canBeMade: true) }
            let numbers = columns.missing.map(\.name).filter { Int($0) != nil }
            guard numbers.isEmpty else { throw names.missing(numbers, canBeMade: false) }
            for missing in columns.missing where !dryRun {
                made[missing.placeholder] = try await command.tag(missing.name, of: names, create: true).id
            }
        }
        try run.name(made)
        if !dryRun { try await command.noteWhoIsSo(run, names, made: Array(made.values)) }
        try run.complete(identity)
    }

    private func takeBack(_ path: String, _ command: BulkCommand) async throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw StartFailure.failed("there is no run file \(path); name it with --run-file")
        }
        let run = try RunFile.existing(path)
        defer { run.close() }
        guard let identity = try run.identity() else {
            throw StartFailure.failed("\(path) is a run that has not begun: there is nothing to take back")
        }
        try command.check(identity, path, verb: command.verb.rawValue, tag: nil)
        for tag in try run.unnoted() {
            command.say("who carried the tag \(tag) before the run is not known: it is taken back for everyone in it")
        }
        let job = BulkJob(
            file: run, account: command.account, options: command.pace.tagger,
            display: ProgressDisplay(command.pace.progress), undoing: true)
        let before = try run.counts()
        _ = try await command.tags()
        let stop: StopReason?
        do {
            stop = try await job.run()
        } catch let failure as StartFailure {
            command.say("\(failure)\nGo on with: \(BulkCommand.sameCommand)")
            throw BulkExit.stopped
        }
        let counts = try run.counts()
        let refused = counts.rejected - before.rejected
        print(
            "Taken back for \(counts.undone.grouped) followers, \(counts.undoable.grouped) left; for \(counts.before.grouped) the run had changed nothing."
        )
        if refused > 0 { print("For \(refused.grouped) it was refused: \(command.rejects)") }
        try BulkSummary.writeRejects(of: run, to: command.rejects, isNew: false)
        if let stop { throw command.tell(stop, goingOnWith: BulkCommand.sameCommand) }
        if counts.undoUnknown > 0 {
            command.say("of some it is not known; try them again with: \(BulkCommand.sameCommand)")
        }
        if counts.undoUnknown + refused > 0 { throw BulkExit.someRefused }
    }
}

/// Finds out which tags a row means.
private struct TagColumn {
    let names: TagNames
    let fallback: TagID?
    /// Names of tags that the account does not have, and what stands in the run file in place of their ids.
    private(set) var missing: [(name: String, placeholder: Int)] = []
    private var known: [String: [TagID]] = [:]
    /// Lines that name nobody's tag.
    private var without = 0

    init(names: TagNames, fallback: TagID?) {
        self.names = names
        self.fallback = fallback
    }

    /// Reads the input into the run file. Returns its digest.
    mutating func load(_ input: TaggingInput, _ verb: Tagging.Verb, into run: RunFile) throws -> String {
        var digest = ""
        try run.load { loader in
            digest = try input.read { row in
                switch row {
                case .bad(let text, let reason, let line): try loader.refuse(text, reason, line: line)
                case .follower(let openID, let cell, let line):
                    let tags = try tags(cell)
                    if tags.isEmpty {
                        without += 1
                        try loader.refuse(openID.description, "no tag", line: line)
                    }
                    for tag in tags { try loader.add(Tagging(verb, openID, tag, line: line)) }
                }
            }
        }
        if without > 0, known.isEmpty {
            throw StartFailure.badSetting("no line of \(input.name) names a tag: say which with --tag")
        }
        return digest
    }

    private mutating func tags(_ cell: String?) throws -> [TagID] {
        guard let cell else {
            guard let fallback else { return [] }
            return [fallback]
        }
        if let tags = known[cell] { return tags }
        let texts = cell.split(whereSeparator: { ";|".contains($0) }).map { $0.trimmingCharacters(in: .whitespaces) }
        let tags = texts.filter { !$0.isEmpty }.map { text in
            if let tag = names.tag(text) { return tag.id }
            if let placeholder = missing.first(where: { $0.name == text })?.placeholder { return TagID(placeholder) }
            missing.append((text, -1 - missing.count))
            return TagID(-missing.count)
        }
        guard missing.count <= 1000, known.count < 100_000 else {
            throw StartFailure.failed(
                "the tag column holds more tags than an account can have, such as \(missing.prefix(3).map(\.name).joined(separator: ", "))"
            )
        }
        known[cell] = tags
        return tags
    }
}

extension BulkCommand {
    /// What a run would do.
    func tellPlan(_ file: RunFile, _ names: TagNames) async throws {
        let counts = try file.counts()
        for (tag, verb, count) in try file.rowsByTag([.waiting, .unknown]) {
            let name = tag.rawValue < 0 ? "a new tag" : "the tag \(names.name(of: tag))"
            print("\(count.grouped) to \(verb == .tag ? "get" : "lose") \(name)")
        }
        print(
            "\(counts.duplicates.grouped) duplicates, \(counts.badLines.grouped) lines that are no openid: these are not sent"
        )
        for (verb, needed) in try calls(file).sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let start = ContinuousClock.now
            let quota = try await askQuota(verb, needed: needed)
            let latency = (ContinuousClock.now - start) / .seconds(1)
            let atOnce = min(pace.concurrency, max(needed, 1))
            let time = Duration.seconds(Double(needed) * latency / Double(atOnce))
            print(
                "\(needed.grouped) calls of \(verb == .tag ? "batchTagging" : "batchUntagging"), and up to twelve more for every follower who is refused"
            )
            print(
                "\(time.spoken) or more, if answers take \(Int(latency * 1000)) ms as now and \(atOnce) calls are under way at once"
            )
            if let quota {
                let days = quota.perDay > 0 ? (needed + quota.perDay - 1) / quota.perDay : 0
                print(
                    "quota: \(quota.remaining.grouped) of \(quota.perDay.grouped) calls are left today\(quota.remaining < needed ? "; \(days) days' worth is needed" : ", enough")"
                )
            }
        }
    }
}
