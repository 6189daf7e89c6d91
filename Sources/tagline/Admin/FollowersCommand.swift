import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

struct FollowersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "followers", abstract: "Bring followers of an account in and out of a running server.",
        subcommands: [List.self, Import.self, Export.self, Remove.self])

    /// What became of the lines, as the admin plane tells.
    private struct Report: Decodable {
        struct BrokenLine: Decodable {
            let line: Int
            let reason: String
        }

        let openids: Int
        let changed: Int
        let broken: Int
        let errors: [BrokenLine]
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Show followers with their tags.")
        @OptionGroup var admin: AdminOptions
        @Option(help: "The account's appid.") var account: String
        @Option(help: "Only those who carry this tag, by its id.") var tag: Int?
        @Option(help: "Begin after this openid.") var after: String?
        @Option(help: "How many at most, 1 to 1000.") var limit = 100

        private struct Page: Decodable {
            struct Follower: Decodable {
                let openid: String
                let since: Int
                let tags: [Int]
                let remark: String
            }

            let followers: [Follower]
            let next: String?
        }

        mutating func run() async throws {
            try await StartFailure.reporting {
                var query = "?limit=\(limit)"
                if let tag { query += "&tag=\(tag)" }
                if let after { query += "&after=\(try AdminClient.escaped(after))" }
                let answer = try await admin.client.text(.GET, try AdminClient.path(account, "/followers/page" + query))
                if admin.json { return print(answer, terminator: "") }
                let page = try JSONDecoder().decode(Page.self, from: Data(answer.utf8))
                let rows = page.followers.map {
                    [
                        $0.openid, Date(timeIntervalSince1970: TimeInterval($0.since)).ISO8601Format(),
                        $0.tags.map(String.init).joined(separator: " "), $0.remark,
                    ]
                }
                print(Table(names: ["OPENID", "SINCE", "TAGS", "REMARK"], rows: rows).text, terminator: "")
                if let next = page.next { print("There are more; go on with --after \(next)") }
            }
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Make everyone in a file a follower.",
            discussion: """
                The file holds an openid a line, or CSV with an openid column, or NDJSON with an openid member. A broken line is \
                named and passed over. Repeating an import changes nothing.

                Exit codes: 0 if every line was good, 2 if some were broken and the rest is in, 1 if it failed.
                """)
        @OptionGroup var admin: AdminOptions
        @Option(help: "The account's appid.") var account: String
        @Argument(help: "The file; - for standard input.") var file: String

        mutating func run() async throws {
            try await StartFailure.reporting {
                try await FollowersCommand.send(file, to: "/followers", of: account, admin, verb: "new")
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Have everyone in a file unfollow. Their tags come back if they follow again.")
        @OptionGroup var admin: AdminOptions
        @Option(help: "The account's appid.") var account: String
        @Argument(help: "The file, as for import; - for standard input.") var file: String

        mutating func run() async throws {
            try await StartFailure.reporting {
                try await FollowersCommand.send(file, to: "/followers/remove", of: account, admin, verb: "removed")
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Print everyone who follows, one openid a line under a header.")
        @OptionGroup var admin: AdminOptions
        @Option(help: "The account's appid.") var account: String

        mutating func run() async throws {
            try await StartFailure.reporting {
                let client = try admin.client
                try await client.send(.GET, try AdminClient.path(account, "/followers")) { body in
                    var lines = OpenIDLines(json: admin.json)
                    for try await buffer in body {
                        try FileHandle.standardOutput.write(contentsOf: lines.take(buffer.readableBytesView))
                    }
                }
            }
        }
    }

    private static func send(
        _ file: String, to path: String, of account: String, _ admin: AdminOptions, verb: String
    ) async throws {
        let chunks = try FileChunks(file)
        let client = try admin.client
        let answer = try await client.send(
            .POST, try AdminClient.path(account, path), body: .stream(chunks, length: .unknown)
        ) { String(buffer: try await $0.collect(upTo: 16 << 20)) }
        let report = try JSONDecoder().decode(Report.self, from: Data(answer.utf8))
        if admin.json {
            print(answer, terminator: "")
        } else {
            for error in report.errors.prefix(20) {
                try? FileHandle.standardError.write(contentsOf: Data("\(file): \(error.reason)\n".utf8))
            }
            if report.broken > 20 { print("\(report.broken - 20) more broken lines are not shown; --json shows 1000.") }
            if report.openids == 0, report.broken == 0 { print("There is no openid in \(file).") }
            print(
                "\(report.openids) openids read, \(report.changed) \(verb), \(report.broken) broken line\(report.broken == 1 ? "" : "s") passed over."
            )
        }
        if report.broken > 0 { throw ExitCode(2) }
    }
}

/// The lines of an export, as they are or as JSON.
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
