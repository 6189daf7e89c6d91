import ArgumentParser
import BulkRuns
import FollowerFiles
import Foundation
import OfficialAccount
import OfficialAccountClient

struct SyncCommand: AsyncParsableCommand, RepeatingOptions {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Make exactly the followers in a file carry a tag.",
        discussion: """
            Reads which followers carry the tag, and shows the account and how many followers would get or lose the tag. Then it asks, \
            and makes only these changes. A file keeps the run, so that --resume can go on with it, as with tagline tag.

            No follower loses the tag if a line of the file cannot be read, or if more followers would lose the tag than \
            --max-remove allows.

            \(Examples.text([
                "tagline sync --tag vip --file followers.csv --dry-run",
                "tagline sync --tag vip --file followers.csv --max-remove 10% --yes",
            ]))

            \(BulkExit.help)
            """)
    static let repeatable: Set = ["--file"]

    @OptionGroup(title: "Followers and tags") var arguments: SyncArguments
    @OptionGroup(title: "The run") var keeping: RunOptions
    @OptionGroup(title: "Speed and output") var pace: PaceOptions
    @OptionGroup(title: "Account and server") var account: AccountOptions

    private static let verb = "sync"

    mutating func run() async throws {
        let path = keeping.path(for: arguments.file)
        let rejects = keeping.rejects(for: arguments.file)
        let isPlan = arguments.dryRun
        try keeping.check(logFile: account.logFile)
        let command = BulkCommand(
            verb: .tag, account: try await account.account(pace, isPlan: isPlan), pace: pace, rejects: rejects)
        EndingSignals.listen()
        let columns = FollowerColumns(openID: arguments.openIDColumn.column, tags: .unread)
        let readable = try BulkCommand.input(arguments.file, columns: columns, resumes: arguments.resume)
        let names = try await command.tags()
        if arguments.resume {
            let known = try arguments.create ? names.tag(arguments.tag) : names.existing(arguments.tag)
            let wanted = RunFile.Wanted(
                verb: Self.verb, appID: command.account.appID, tags: known.map { [$0.id] })
            if let run = try command.resumed(path, as: wanted, input: readable) {
                defer { run.close() }
                try run.check(names)
                if isPlan { return try await command.tellPlan(run) { names.name(of: $0) } }
                return try await command.carryOut(run, verify: arguments.verify, isNew: false)
            }
        }
        let input = try readable ?? RunInput(arguments.file, columns: columns)
        let run = try command.newRun(path, isPlan: isPlan)
        defer { run.close() }
        do {
            if !isPlan { try RejectsFile(path: rejects).check() }
            try await prepare(run, input, names, command)
        } catch {
            run.discard()
            throw error
        }
        if isPlan { return }
        try await command.carryOut(run, verify: arguments.verify, isNew: true)
    }

    /// Loads into the run the changes that the file requires, and asks the person to confirm the changes.
    private func prepare(
        _ run: RunFile, _ input: RunInput, _ tags: AccountTags, _ command: BulkCommand
    ) async throws {
        let columns = try TagColumn(tags, fallback: [arguments.tag])
        let making = try TagMaking(columns.missing, tags: tags, canCreate: arguments.create)
        guard let tag = columns.fallback.first else { throw TagFailure.empty }
        let reading = try command.loading { progress in
            try run.load(input, progress: progress) { openID, _, line, loader in
                try loader.add(Tagging(.tag, openID, tag, line: line))
            }
        }
        try await command.account.reporting(about: [tag]) {
            try run.beginList()
            guard making.missing.isEmpty else { return }
            let pages = MemberPages(
                client: command.account.patient, tag: tag, passedOver: StandardError.sayPassedOver)
            for try await page in pages { try run.list(page) }
        }
        let both = try run.loadDifference(tag)
        let rows = try run.rowsByTag([.waiting])
        let plan = SyncPlan(
            source: input.name, gets: rows.first { $0.verb == .tag }?.count ?? 0,
            loses: rows.first { $0.verb == .untag }?.count ?? 0, both: both, badLines: try run.counts().badLines,
            firstBadLine: try run.firstBadLine(), emptyFiles: reading.empty)
        try command.plan("At \(command.account.told):")
        try command.plan(plan.sentence(tag: making.name(of: tag)))
        for (verb, needed) in try run.callsLeft() {
            try command.plan("\(needed.counted("call")) of \(verb.callName)")
        }
        try plan.check(
            maxRemove: arguments.maxRemove, allowEmpty: arguments.allowEmpty, ignoreBadLines: arguments.ignoreBadLines)
        if arguments.dryRun {
            if pace.json {
                try tellJSON(try SortedJSON.text(plan.report(tag: making.name(of: tag), at: command.account.told)))
            }
            return
        }
        if plan.gets + plan.loses > 0 {
            try Confirmation.ask("Make these changes at \(command.account.told)?", isGiven: arguments.yes)
        }
        try await command.begin(run, making, notesHolders: false) { ids in
            RunFile.Identity(
                verb: Self.verb, appID: command.account.appID.rawValue, tag: (ids[tag.rawValue] ?? tag).rawValue,
                source: input.name, baseURL: command.account.baseURL, digest: input.isFile ? reading.digest : nil,
                command: TypedCommand.text)
        }
    }
}

extension SyncCommand: NamingFiles {
    var namedFiles: NamedFiles { keeping.namedFiles(for: arguments.file) }
}

extension MaxRemove: ExpressibleByArgument {}

/// The arguments of `sync`: the tag, the file, and the limits that keep followers from losing the tag by mistake.
struct SyncArguments: ParsableArguments {
    @Option(help: .tag)
    var tag: String

    @Option(
        help: """
            The file: one openid on each line, CSV with an openid column, or NDJSON with an openid member; - for standard \
            input. May be given several times.
            """, completion: .file())
    var file: [String]

    @OptionGroup var openIDColumn: OpenIDColumnOptions

    @Flag(help: "Do not ask.")
    var yes = false

    @Option(
        help: """
            Maximum number of followers who may lose the tag, or a share such as 10%. (default: 20% of the followers who carry \
            the tag, but at least 100)
            """)
    var maxRemove: MaxRemove?

    @Flag(help: "Remove the tag from followers even if lines of the file cannot be read.")
    var ignoreBadLines = false

    @Flag(help: "Let a file that names no follower remove the tag from every follower.")
    var allowEmpty = false

    @Flag(help: "Create the tag if the account does not have it.")
    var create = false

    @Flag(help: "Print the plan. Change nothing and write no file.")
    var dryRun = false

    @Flag(help: "Resume the run that was stopped.")
    var resume = false

    @Flag(help: "At the end, read the tag's followers and compare them with the result.")
    var verify = false

    func validate() throws { try TagArguments.checkTag(tag) }
}
