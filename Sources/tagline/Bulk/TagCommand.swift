import ArgumentParser
import BulkRuns
import FollowerFiles
import Foundation
import OfficialAccount
import OfficialAccountClient

struct TagCommand: AsyncParsableCommand, RepeatingOptions {
    static let configuration = CommandConfiguration(
        commandName: "tag",
        abstract: "Put a tag on every follower in a file, at WeChat or at Tagline, and list the refused followers.",
        discussion: TagArguments.help(
            "puts the tag on",
            examples: [
                "tagline tag --tag vip --file followers.txt --dry-run",
                "tagline tag --tag vip --create --file followers.csv --verify",
            ]))
    static let repeatable: Set = ["--file", "--tag"]

    @OptionGroup(title: "Followers and tags") var arguments: TagArguments
    @OptionGroup(title: "The run") var keeping: RunOptions
    @OptionGroup(title: "Speed and output") var pace: PaceOptions
    @OptionGroup(title: "Account and server") var account: AccountOptions

    mutating func run() async throws { try await arguments.run(.tag, keeping, pace, account) }
}

extension TagCommand: NamingFiles {
    var namedFiles: NamedFiles { keeping.namedFiles(for: arguments.file) }
}

struct UntagCommand: AsyncParsableCommand, RepeatingOptions {
    static let configuration = CommandConfiguration(
        commandName: "untag",
        abstract: "Take a tag off every follower in a file, at WeChat or at Tagline, and list the refused followers.",
        discussion: TagArguments.help(
            "takes the tag off",
            examples: [
                "tagline untag --tag vip --file followers.txt --dry-run",
                "tagline untag --all-tags --file left.txt",
            ]))
    static let repeatable: Set = ["--file", "--tag"]

    @Flag(help: "Take every tag off every follower in the file.")
    var allTags = false

    @OptionGroup(title: "Followers and tags") var arguments: TagArguments
    @OptionGroup(title: "The run") var keeping: RunOptions
    @OptionGroup(title: "Speed and output") var pace: PaceOptions
    @OptionGroup(title: "Account and server") var account: AccountOptions

    func validate() throws {
        guard !allTags || arguments.tag.isEmpty && arguments.expression == nil && !arguments.create else {
            throw ValidationError("--all-tags needs --file, and cannot be used with --tag, --where or --create")
        }
    }

    mutating func run() async throws {
        try await arguments.run(.untag, keeping, pace, account, isAboutAllTags: allTags)
    }
}

extension UntagCommand: NamingFiles {
    var namedFiles: NamedFiles { keeping.namedFiles(for: arguments.file) }
}

/// The arguments of `tag` and `untag`: the followers, the tags, and how to carry out the run.
struct TagArguments: ParsableArguments {
    @Option(
        help: """
            The tag, by id or name. If the text is the id of one tag and the name of another, write id:107 or name:107. May be \
            given several times. Every follower then gets, or loses, all these tags.
            """)
    var tag: [String] = []

    @Option(
        help: """
            The file: one openid on each line, CSV with an openid column and perhaps a tag column, or NDJSON with the same \
            members; - for standard input. May be given several times.
            """, completion: .file())
    var file: [String] = []

    @Option(
        name: .customLong("where"),
        help: "Instead of a file: an expression over tags that selects followers, such as '\"vip\" & !\"churned\"'.")
    var expression: String?

    @OptionGroup var openIDColumn: OpenIDColumnOptions
    @OptionGroup var tagColumn: TagColumnOptions

    @Flag(help: "Create tags that the account does not have. The command first checks all names.")
    var create = false

    @Flag(help: "Print the plan with the number of calls and the duration. Change nothing and write no file.")
    var dryRun = false

    @Flag(help: "Resume the run that was stopped.")
    var resume = false

    @Flag(help: "At the end, read the tag's followers and compare them with the result.")
    var verify = false

    @Flag(help: "Undo the run that --file or --run-file names.")
    var undo = false

    static func help(_ done: String, examples: [String]) -> String {
        """
        Each call \(done) fifty followers. The command makes several calls at once, up to what the platform can handle. \
        If the platform refuses a follower, the command lists this follower in FILE.rejects.csv and changes the other forty-nine of \
        the call. The command retries temporary errors.

        A file next to the input keeps the run. After a crash, a signal or the end of the day's quota, the same command with \
        --resume goes on. --undo undoes the run.

        A cell of a tag column holds one tag, or several with ; or | between them, each by id or name. If the cell is empty, --tag \
        applies.

        \(Examples.text(examples))

        \(BulkExit.help)
        """
    }

    func validate() throws {
        if undo {
            guard !dryRun, !verify, !resume, expression == nil, tag.isEmpty, !create else {
                throw ValidationError(
                    "--undo undoes a whole run; use it only with --file or --run-file, which name the run")
            }
            return
        }
        for text in tag { try Self.checkTag(text) }
        guard file.isEmpty != (expression == nil) else {
            throw ValidationError("name the followers: use either --file or --where")
        }
        guard expression == nil || !tag.isEmpty else { throw ValidationError("--where needs --tag") }
        guard tagColumn.tagColumn.map({ !openIDColumn.isColumn($0) }) ?? true else {
            throw ValidationError("--tag-column names the column of the openids (--column); name another column")
        }
    }

    /// Throws `ValidationError` if a value of --tag is empty or blank. Such a value usually comes from a variable that
    /// is not set.
    static func checkTag(_ text: String) throws {
        guard !NameEnds.isBlank(text) else { throw ValidationError("--tag is empty; name a tag") }
    }

    /// The column of the tags. If the column `tag` holds the openids, the command reads tags only from a column that
    /// --tag-column names.
    private var columnOfTags: FollowerColumns.Tags {
        tagColumn.tagColumn == nil && openIDColumn.isColumn("tag") ? .unread : tagColumn.tags
    }

    func run(
        _ verb: Tagging.Verb, _ keeping: RunOptions, _ pace: PaceOptions, _ account: AccountOptions,
        isAboutAllTags: Bool = false
    ) async throws {
        let path = keeping.path(for: file)
        let rejects = keeping.rejects(for: file)
        try keeping.check(logFile: account.logFile)
        let command = BulkCommand(
            verb: verb, account: try await account.account(pace, isPlan: dryRun), pace: pace, rejects: rejects)
        EndingSignals.listen()
        if undo { return try await takeBack(path, command) }
        let columns = FollowerColumns(openID: openIDColumn.column, tags: isAboutAllTags ? .unread : columnOfTags)
        var input = file.isEmpty ? nil : try BulkCommand.input(file, columns: columns, resumes: resume)
        let names = try await command.tags()
        if resume {
            let known = try tag.compactMap { try create ? names.tag($0) : names.existing($0) }.map(\.id)
            let wanted = RunFile.Wanted(
                verb: verb.rawValue, appID: command.account.appID, tags: known.count == tag.count ? known : nil,
                expression: expression)
            if let run = try command.resumed(path, as: wanted, input: input) {
                defer { run.close() }
                try run.check(names)
                if dryRun { return try await command.tellPlan(run) { names.name(of: $0) } }
                return try await command.carryOut(run, verify: verify, isNew: false)
            }
        }
        if input == nil, !file.isEmpty { input = try RunInput(file, columns: columns) }
        let run = try command.newRun(path, isPlan: dryRun)
        defer { run.close() }
        do {
            if !dryRun { try RejectsFile(path: rejects).check() }
            if let input, isAboutAllTags {
                try await prepareAllTags(run, input, names, command)
            } else {
                try await prepare(run, verb, input, names, command)
            }
        } catch {
            run.discard()
            throw error
        }
        if dryRun { return }
        try await command.carryOut(run, verify: verify, isNew: true)
    }

    /// Loads the run from its input, creates missing tags, and notes the followers whom the run will not change. For a
    /// plan, only prints the plan and changes nothing.
    private func prepare(
        _ run: RunFile, _ verb: Tagging.Verb, _ input: RunInput?, _ tags: AccountTags, _ command: BulkCommand
    ) async throws {
        var columns = try TagColumn(tags, fallback: tag)
        // Report a mistake in the typed tags before reading a long file.
        if !create, !columns.missing.isEmpty { _ = try TagMaking(columns.missing, tags: tags, canCreate: false) }
        let digest = try await load(run, verb, input, &columns, tags, command)
        let making = try TagMaking(columns.missing, tags: tags, canCreate: create)
        if dryRun { return try await command.tellPlan(run) { making.name(of: $0) } }
        let fallback = columns.fallback
        try await command.begin(run, making, notesHolders: true) { ids in
            let tags = fallback.map { ids[$0.rawValue] ?? $0 }.map(\.rawValue)
            return RunFile.Identity(
                verb: verb.rawValue, appID: command.account.appID.rawValue, tag: tags.count == 1 ? tags.first : nil,
                source: input?.name ?? expression ?? "", baseURL: command.account.baseURL,
                digest: input?.isFile ?? false ? digest : nil, tags: tags.count > 1 ? tags : nil,
                command: TypedCommand.text)
        }
    }

    /// Loads rows that remove every tag from every follower in the input. Costs one call for every 10,000 followers on
    /// each tag's list.
    private func prepareAllTags(
        _ run: RunFile, _ input: RunInput, _ tags: AccountTags, _ command: BulkCommand
    ) async throws {
        let reading = try command.loading { progress in
            try run.load(input, progress: progress) { openID, _, line, loader in
                try loader.add(Tagging(.untag, openID, RunFile.anyTag, line: line))
            }
        }
        try checkNamesSomebody(run, input)
        for tag in tags.tags {
            try await command.account.reporting(about: [tag.id]) {
                try run.beginList()
                let pages = MemberPages(
                    client: command.account.patient, tag: tag.id, passedOver: StandardError.sayPassedOver)
                for try await page in pages { try run.list(page) }
            }
            try run.loadCarriers(of: tag.id)
        }
        try run.endAnyTag()
        if dryRun { return try await command.tellPlan(run) { tags.name(of: $0) } }
        let making = try TagMaking([], tags: tags, canCreate: false)
        try await command.begin(run, making, notesHolders: false) { _ in
            RunFile.Identity(
                verb: Tagging.Verb.untag.rawValue, appID: command.account.appID.rawValue, tag: nil, source: input.name,
                baseURL: command.account.baseURL, digest: input.isFile ? reading.digest : nil,
                command: TypedCommand.text)
        }
    }

    private func checkNamesSomebody(_ run: RunFile, _ input: RunInput) throws {
        let counts = try run.counts()
        guard counts.total + counts.badLines > 0 else { throw InputFailure.namesNobody(input.name) }
    }

    /// Loads into the run the followers in the input, or the followers whom the expression selects. Returns the digest
    /// of the input; nil for an expression.
    private func load(
        _ run: RunFile, _ verb: Tagging.Verb, _ input: RunInput?, _ columns: inout TagColumn, _ tags: AccountTags,
        _ command: BulkCommand
    ) async throws -> String? {
        guard let input else {
            let audience = try Audience(expression ?? "", tags: tags)
            try await command.account.reporting(about: audience.tagIDs) {
                try await audience.gather(
                    from: command.account.patient, passedOver: StandardError.sayPassedOver)
            }
            let fallback = columns.fallback
            try run.load { loader in
                var number = 0
                try audience.each { openID in
                    number += 1
                    for tag in fallback { try loader.add(Tagging(verb, openID, tag, line: number)) }
                }
            }
            return nil
        }
        let reading = try command.loading { try columns.load(input, verb, into: run, progress: $0) }
        try columns.check(input)
        try checkNamesSomebody(run, input)
        for name in reading.empty { command.say("\(name) names no follower") }
        return reading.digest
    }

    private func takeBack(_ path: String, _ command: BulkCommand) async throws {
        let wanted = RunFile.Wanted(verb: command.verb.rawValue, appID: command.account.appID)
        let run = try RunFile.undoable(path, as: wanted)
        defer { run.close() }
        try command.tellAddress(of: run)
        try await command.takeBack(run)
    }
}
