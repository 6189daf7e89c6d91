import ArgumentParser
import Foundation
import OfficialAccount
import OfficialAccountClient

struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Make the followers who carry a tag exactly those in a file.",
        discussion: """
            Reads who carries the tag, says how many would get it and how many would lose it, asks, and then does only that. The run is \
            kept and goes on with --resume, as with tagline tag.

            \(BulkExit.help)
            """)
    @Option(help: "The tag, by id or name.")
    var tag: String

    @Option(help: "The file: an openid a line, or CSV with an openid column; - for standard input.")
    var file: String

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Let a file that names nobody take the tag off everyone.")
    var allowEmpty = false

    @Flag(help: "Make the tag if the account does not have it.")
    var create = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @Flag(help: "Go on with the run that was stopped.")
    var resume = false

    @Flag(help: "At the end, read the tag back and compare.")
    var verify = false

    @OptionGroup var keeping: RunOptions
    @OptionGroup var pace: PaceOptions
    @OptionGroup var account: AccountOptions

    private static let verb = "sync"

    mutating func run() async throws {
        try await StartFailure.reporting {
            let command = BulkCommand(
                verb: .tag, account: try account.account(pace.retries), pace: pace, rejects: keeping.rejects)
            let path = keeping.path(for: file)
            try keeping.check(input: file)
            EndingSignals.first(nil)
            let input = try TaggingInput(file)
            let names = try await command.tags()
            if resume {
                let known = try create ? names.tag(tag) : names.existing(tag)
                if let run = try command.resumed(path, verb: Self.verb, tag: known?.id, input: input) {
                    defer { run.close() }
                    try command.checkTags(of: run, names)
                    if dryRun { return try await command.tellPlan(run, names) }
                    return try await command.carryOut(run, verify: verify, isNew: false)
                }
            }
            let tag = try await command.tag(tag, of: names, create: create, isPlan: dryRun)
            let newPath = dryRun ? path + ".dry-run" : path
            if dryRun { try? FileManager.default.removeItem(atPath: newPath) } else { try command.clear(path) }
            let run = try RunFile.create(newPath)
            defer { run.close() }
            do {
                try await prepare(run, input, tag, command)
            } catch {
                run.close()
                try? FileManager.default.removeItem(atPath: newPath)
                throw error
            }
            if dryRun {
                try? FileManager.default.removeItem(atPath: newPath)
                return
            }
            try await command.carryOut(run, verify: verify, isNew: true)
        }
    }

    /// Loads the difference between the file and the tag into the run, and asks.
    private func prepare(_ run: RunFile, _ input: TaggingInput, _ tag: Tag, _ command: BulkCommand) async throws {
        var digest = ""
        try run.load { loader in
            digest = try input.read { row in
                switch row {
                case .bad(let text, let reason, let line): try loader.refuse(text, reason, line: line)
                case .follower(let openID, _, let line): try loader.add(Tagging(.tag, openID, tag.id, line: line))
                }
            }
        }
        try await command.account.reporting {
            try run.beginList()
            guard tag.id != BulkCommand.newTag else { return }
            for try await page in MemberPages(client: command.account.patient, tag: tag.id) { try run.list(page) }
        }
        let both = try run.loadDifference(tag.id)
        let rows = try run.rowsByTag([.waiting])
        let gets = rows.first { $0.verb == .tag }?.count ?? 0
        let loses = rows.first { $0.verb == .untag }?.count ?? 0
        let bad = try run.counts().badLines
        guard allowEmpty || gets + both > 0 || loses == 0 else {
            throw StartFailure.failed(
                "nothing was done: \(input.name) names nobody, and \(loses.grouped) would lose the tag; say --allow-empty if that is meant"
            )
        }
        print(
            "\(tag.id == BulkCommand.newTag ? "\(tag.name), a new tag" : "\(tag.name) (\(tag.id))"): \(gets.grouped) get it, \(loses.grouped) lose it, \(both.grouped) keep it."
        )
        if bad > 0 {
            print(
                "\(bad.grouped) lines of the file are no openid: whoever they mean is not among those who get or keep it."
            )
        }
        if dryRun { return }
        if gets + loses > 0 { try Confirmation.ask("Do it?", isGiven: yes) }
        try run.complete(
            RunFile.Identity(
                verb: Self.verb, appID: command.account.appID.rawValue, tag: tag.id.rawValue, source: input.name,
                baseURL: command.account.baseURL, digest: input.isFile ? digest : nil))
    }
}
