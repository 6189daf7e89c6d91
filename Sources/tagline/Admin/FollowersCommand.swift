import AdminAPI
import ArgumentParser
import AsyncHTTPClient
import BulkRuns
import FollowerFiles
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import OfficialAccount
import OfficialAccountClient
import TaglineServer

struct FollowersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "followers",
        abstract: "List and export the followers of an account; add them to a running server and remove them.",
        discussion: Examples.text(["tagline followers list", "tagline followers import followers.csv --account wxmine"]
        ),
        subcommands: [List.self, Import.self, Export.self, Remove.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Show followers with their tags, at WeChat or at Tagline.",
            discussion: Examples.text([
                "tagline followers list --tag vip", "tagline followers list --admin --account wxmine --limit 10",
            ]))
        @Option(
            help: """
                Only followers who carry this tag, by id or name. If the text is the id of one tag and the name of another, write \
                id:107 or name:107.
                """)
        var tag: String?
        @Option(help: "Begin after this openid.") var after: String?
        @Option(help: "Maximum number of followers, 1 to 1000.") var limit = 100
        @OptionGroup(title: "Account and server") var account: AccountOptions
        @OptionGroup(title: "At the admin plane") var plane: PlaneOptions

        mutating func run() async throws {
            guard plane.isAdmin else {
                return try await FollowersAtAPI(account: try await account.account())
                    .list(tag: tag, after: after, limit: limit, json: plane.json)
            }
            var query = "?limit=\(limit)"
            let client = try plane.client(account)
            if let tag { query += "&tag=\(try await client.tags(of: plane.appID).existing(tag).id)" }
            if let after { query += "&after=\(try AdminClient.escaped(after))" }
            let answer = try await client.text(.GET, try plane.path("/followers/page" + query))
            if plane.json { return try tellJSON(answer) }
            let page = try JSONDecoder().decode(FollowerListing.self, from: Data(answer.utf8))
            let rows = page.followers.map {
                [
                    $0.openID, Date(timeIntervalSince1970: TimeInterval($0.since)).ISO8601Format(),
                    $0.tags.map(String.init).joined(separator: " "), $0.remark,
                ]
            }
            try tell(lines: Table(names: ["OPENID", "SINCE", "TAGS", "REMARK"], rows: rows).text)
            if let next = page.next { try tell("There are more; go on with --after \(next)") }
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Make every openid in a file a follower.",
            discussion: """
                The file holds one openid on each line, or is CSV with an openid column, or NDJSON with an openid member, as for \
                tagline tag. The command reports broken lines and skips them. Repeating an import changes nothing.

                \(Examples.text([
                    "tagline followers import followers.csv --account wxmine",
                    "cut -f 1 export.tsv | tagline followers import - --account wxmine",
                ]))

                Exit codes: 0 if every line was valid, 2 if some lines were broken and the other lines were imported, 1 if the \
                import failed or the file names no follower.
                """)
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Option(help: "The account's appid.") var account: String
        @Argument(help: "The file; - for standard input.", completion: .file()) var file: String
        @OptionGroup var openIDColumn: OpenIDColumnOptions

        mutating func run() async throws {
            try await FollowersCommand.send(file, openIDColumn, to: "/followers", of: account, admin, verb: "new")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Make every follower in a file unfollow. Their tags come back if they follow again.",
            discussion: Examples.text([
                "tagline followers remove left.csv --account wxmine",
                "tagline followers remove - --account wxmine < left.csv",
            ]))
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Option(help: "The account's appid.") var account: String
        @Argument(help: "The file, as for import; - for standard input.", completion: .file()) var file: String
        @OptionGroup var openIDColumn: OpenIDColumnOptions

        mutating func run() async throws {
            try await FollowersCommand.send(
                file, openIDColumn, to: "/followers/remove", of: account, admin, verb: "removed")
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Print every follower, one openid on each line, under a header line.",
            discussion: """
                At the admin plane, --format csv adds the time of following, tags and remark. --format ndjson prints these \
                values in lines of JSON. --json prints lines of JSON with the openid only.

                \(Examples.text([
                    "tagline followers export > followers.csv",
                    "tagline followers export --account wxmine --format csv > followers.csv",
                ]))
                """)
        @Option(
            help:
                "The content of a line: openids (the openid only), or csv or ndjson (also the time of following, tags and remark)."
        )
        var format = FollowerExport.openIDs
        @OptionGroup(title: "Account and server") var account: AccountOptions
        @OptionGroup(title: "At the admin plane") var plane: PlaneOptions

        func validate() throws {
            guard format != .openIDs else { return }
            guard plane.isAdmin else {
                throw ValidationError("--format \(format.rawValue) is for the admin plane; add --account APPID")
            }
            guard !plane.json else {
                throw ValidationError("--json and --format \(format.rawValue) exclude each other; give one of them")
            }
        }

        mutating func run() async throws {
            guard plane.isAdmin else {
                return try await FollowersAtAPI(account: try await account.account()).export(json: plane.json)
            }
            let json = plane.json
            let query = format == .openIDs ? "" : "?format=\(format.rawValue)"
            try await plane.client(account).send(.GET, try plane.path("/followers" + query)) {
                body in
                var lines = OpenIDLines(json: json)
                for try await buffer in body {
                    try StandardOutput.write(foreign: lines.take(buffer.readableBytesView))
                }
            }
        }
    }

    private static func send(
        _ file: String, _ openIDColumn: OpenIDColumnOptions, to path: String, of account: String,
        _ admin: AdminOptions, verb: String
    ) async throws {
        let chunks = try FileChunks(file, columns: FollowerColumns(openID: openIDColumn.column, tags: .unread))
        let client = try admin.client
        let query = try openIDColumn.column.map { "?column=\(try AdminClient.escaped($0))" } ?? ""
        let answer = try await client.send(
            .POST, try AdminClient.path(account, path + query), body: .stream(chunks, length: .unknown),
            isStream: true
        ) { String(buffer: try await $0.collect(upTo: 16 << 20)) }
        let report = try JSONDecoder().decode(LinesReport.self, from: Data(answer.utf8))
        guard report.openIDs + report.broken > 0 else { throw InputFailure.namesNobody(file.asInput) }
        if admin.json {
            try tellJSON(answer)
        } else {
            for error in report.errors.prefix(20) {
                StandardError.write("\(file): \(error.reason)".shown + "\n")
            }
            for remark in report.remarks ?? [] { StandardError.write("\(file): \(remark)".shown + "\n") }
            if report.broken > 20 {
                let hidden = report.broken - 20
                try tell(
                    "\(hidden.counted("more broken line")) \(hidden == 1 ? "is" : "are") not shown; --json shows 1,000."
                )
            }
            try tell(
                "\(report.openIDs.counted("openid")) read, \(report.changed.grouped) \(verb), \(report.broken.counted("broken line")) skipped."
            )
        }
        if report.broken > 0 { throw ExitCode(2) }
    }
}

extension FollowerExport: ExpressibleByArgument {}

/// Passes on the lines of the server's export unchanged, or turns each line into JSON.
private struct OpenIDLines {
    let json: Bool
    private var rest: [UInt8] = []
    private var isFirst = true

    init(json: Bool) {
        self.json = json
    }

    mutating func take(_ bytes: some Collection<UInt8>) -> Data {
        guard json else { return Data(bytes) }
        rest += bytes
        guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return Data() }
        var lines = rest[..<end].split(separator: UInt8(ascii: "\n"))[...]
        rest.removeSubrange(...end)
        if isFirst { lines = lines.dropFirst() }
        isFirst = false
        return Data(lines.map { "{\"openid\":\"\(String(decoding: $0, as: UTF8.self))\"}\n" }.joined().utf8)
    }
}
