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
