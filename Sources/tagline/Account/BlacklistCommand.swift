import ArgumentParser
import BulkRuns
import FollowerFiles
import Foundation
import OfficialAccount
import OfficialAccountClient

struct BlacklistCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blacklist",
        abstract: "List the blacklist of an account, and add or remove followers.",
        discussion: Examples.text(["tagline blacklist list", "tagline blacklist add --file spam.txt"]),
        subcommands: [List.self, Add.self, Remove.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Print the openids on the blacklist, one on each line.",
            discussion: Examples.text(["tagline blacklist list", "tagline blacklist list > blacklist.txt"]))
        @OptionGroup(title: "Account and server") var account: AccountOptions

        mutating func run() async throws {
            let account = try await account.account()
            try await account.reporting {
                let pages = MemberPages(blacklistOf: account.client, passedOver: StandardError.sayPassedOver)
                for try await page in pages {
                    try StandardOutput.write(page.map { "\($0)\n" }.joined().utf8)
                }
            }
        }
    }

    struct Add: AsyncParsableCommand, RepeatingOptions {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add followers to the blacklist.",
            discussion: BlacklistChange.help("add"))
        static let repeatable: Set = ["--file"]
        @OptionGroup(title: "Whom") var whom: BlacklistArguments
        @OptionGroup(title: "Account and server") var account: AccountOptions

        mutating func run() async throws {
            try await BlacklistChange(account: try await account.account(), isAdding: true).make(whom)
        }
    }

    struct Remove: AsyncParsableCommand, RepeatingOptions {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove followers from the blacklist.",
            discussion: BlacklistChange.help("remove"))
        static let repeatable: Set = ["--file"]
        @OptionGroup(title: "Whom") var whom: BlacklistArguments
        @OptionGroup(title: "Account and server") var account: AccountOptions

        mutating func run() async throws {
            try await BlacklistChange(account: try await account.account(), isAdding: false).make(whom)
        }
    }
}

/// Names the followers whom a command puts on the blacklist or takes off it.
struct BlacklistArguments: ParsableArguments {
    @Argument(help: "Openids.")
    var openids: [String] = []

    @Option(
        help: "File with openids, as for tagline tag; - for standard input. May be given several times.",
        completion: .file())
    var file: [String] = []

    @OptionGroup var openIDColumn: OpenIDColumnOptions

    func validate() throws {
        guard openids.isEmpty != file.isEmpty else {
            throw ValidationError("name the followers: use either openids or --file")
        }
    }
}

extension BlacklistArguments: NamingFiles {
    var namedFiles: NamedFiles {
        var files = NamedFiles()
        for name in file { files.reads("an input", name, "--file") }
        return files
    }
}

/// Adds followers to the blacklist, or removes them. Each call holds up to twenty openids. If the API refuses a call
/// because of one follower, the command splits the call into halves until it finds this follower.
struct BlacklistChange {
    let account: RunAccount
    let isAdding: Bool

    private static let mostPerCall = 20

    /// The errcodes that concern a follower in the call, and not the call itself.
    private static let aboutFollowers: Set = [40003, 40031, 43004, 49003, 50005]

    static func help(_ verb: String) -> String {
        """
        Each call changes twenty followers. The command reports each follower who is refused, and changes the others.

        \(Examples.text(["tagline blacklist \(verb) --file spam.txt", "tagline blacklist \(verb) ocYxcuDemoFollower0000000001"]))

        Exit codes: 0 every follower was changed; 1 failed; 2 some followers were refused, or some lines have no valid openid; 64 \
        the command line is invalid; 74 the output could not be written.
        """
    }

    func make(_ whom: BlacklistArguments) async throws {
        var (openIDs, bad) = (Set<OpenID>(), 0)
        for text in whom.openids {
            guard let openID = OpenID(text) else { throw StartFailure.badSetting("\(text.shown) is not an openid") }
            openIDs.insert(openID)
        }
        if !whom.file.isEmpty { bad = try Self.read(whom) { openIDs.insert($0) } }
        guard !openIDs.isEmpty else { throw StartFailure.failed("nothing was done: the input names no follower") }
        // This call has few retries, so the command soon reports an unreachable server. The later calls have more
        // retries, so the command can continue after a short failure of the server.
        _ = try await account.reporting { try await account.client.tags.list() }
        var batches = Self.batches(openIDs.sorted { "\($0)" < "\($1)" })
        var (done, refused) = (0, 0)
        while let batch = batches.popLast() {
            do throws(CallFailure) {
                if isAdding {
                    try await account.patient.followers.batchBlacklist(batch)
                } else {
                    try await account.patient.followers.batchUnblacklist(batch)
                }
                done += batch.count
            } catch {
                guard case .refused(let refusal) = error, Self.aboutFollowers.contains(refusal.code.rawValue) else {
                    StandardError.say(
                        "\(done.counted("follower")) \(done == 1 ? "was" : "were") changed, \((openIDs.count - done - refused).grouped) not"
                    )
                    throw account.failure(error)
                }
                if batch.count > 1 {
                    batches += [Array(batch[..<(batch.count / 2)]), Array(batch[(batch.count / 2)...])]
                } else {
                    refused += 1
                    StandardError.say("\(batch[0]): \(refusal)")
                }
            }
        }
        try tell(
            "\(done.grouped) \(isAdding ? "put on the blacklist" : "taken off the blacklist"), \(refused.grouped) refused."
        )
        if refused + bad > 0 { throw BulkExit.someRefused }
    }

    /// Reads the files, and reports the lines without an openid. Returns the number of these lines.
    private static func read(_ whom: BlacklistArguments, _ take: (OpenID) -> Void) throws -> Int {
        let columns = FollowerColumns(openID: whom.openIDColumn.column, tags: .unread)
        var bad: [(line: Int, text: String)] = []
        let reading = try RunInput(whom.file, columns: columns).read { row in
            switch row {
            case .follower(let openID, _, _): take(openID)
            case .bad(let text, let reason, let line): bad.append((line, "\(reason): \(text)"))
            }
        }
        for (line, text) in bad { StandardError.say("\(reading.place(of: line)): \(text)") }
        for remark in reading.remarks { StandardError.say(remark) }
        return bad.count
    }

    private static func batches(_ openIDs: [OpenID]) -> [[OpenID]] {
        stride(from: 0, to: openIDs.count, by: mostPerCall).map {
            Array(openIDs[$0..<min($0 + mostPerCall, openIDs.count)])
        }
    }
}
