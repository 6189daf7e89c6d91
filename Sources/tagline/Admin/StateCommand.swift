import AdminAPI
import ArgumentParser
import AsyncHTTPClient
import BulkRuns
import Foundation
import FreshFiles
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

struct StateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Export whole accounts from a running server as one file, and import them into another.",
        discussion: """
            The file holds accounts with their limits and quotas, tags, followers past and present with tags and remarks, \
            blacklist, tokens and counts. It holds secrets and tokens as SHA-256 only; still, protect it like a password file. It \
            does not hold the refused calls that openapi/rid/get shows. The command copy needs no server: it copies everything \
            from one store to another.

            \(Examples.text(["tagline state export state.ndjson", "tagline state import state.ndjson"]))
            """,
        subcommands: [Export.self, Import.self, StateCopyCommand.self])

    struct Export: AsyncParsableCommand, NamingFiles {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write the state of one account, or of all accounts, at one moment to a file.",
            discussion: """
                The server keeps running. The file appears when it is complete, and only its owner can read it.

                \(Examples.text(["tagline state export all.ndjson", "tagline state export - --account wxmine | gzip > wxmine.gz"]))
                """
        )
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Option(help: "The account's appid; all accounts if absent.") var account: String?
        @Argument(help: "The file; - for standard output.", completion: .file()) var file: String

        var namedFiles: NamedFiles {
            var files = NamedFiles()
            files.writes(
                "the exported state", file == "-" ? nil : file, "the argument FILE", andWith: [FilePart.usualEnding])
            return files
        }

        mutating func run() async throws {
            let path = try account.map { try AdminClient.path($0, "/state") } ?? "/state"
            let end = try await admin.client.send(.GET, path) { body in
                let output = try StateOutput(file)
                do {
                    for try await buffer in body { try output.write(buffer) }
                    return try output.finish()
                } catch {
                    output.discard()
                    throw error
                }
            }
            guard file != "-" else { return }
            if admin.json { return try tellJSON(end) }
            try tell("\(file) holds \(try Self.counts(in: end)).")
        }

        /// Returns the number of accounts and followers in a state. Throws if `line` is not the last line of a state.
        private static func counts(in line: String) throws -> String {
            guard let end = try JSONDecoder().decode([String: StateEnd].self, from: Data(line.utf8))["end"] else {
                throw StartFailure.failed("the last line of the state does not say how much it holds")
            }
            return "\(end.accounts.counted("account")), \(end.followers.counted("follower"))"
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Add the accounts of a file to a server, all or none.",
            discussion: """
                The server must not have any of these accounts yet, unless you pass --replace.

                \(Examples.text(["tagline state import all.ndjson", "gunzip -c wxmine.gz | tagline state import -"]))
                """)
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Flag(help: "Replace accounts that the server already has; their present tokens stop working.")
        var replace = false
        @Argument(help: "The file; - for standard input.", completion: .file()) var file: String

        mutating func run() async throws {
            let answer = try await admin.client.send(
                .POST, replace ? "/state?replace=true" : "/state",
                body: .stream(try FileChunks(file), length: .unknown), isStream: true
            ) { String(buffer: try await $0.collect(upTo: 64 << 20)) }
            if admin.json { return try tellJSON(answer) }
            let added = try JSONDecoder().decode(AccountsInPlace.self, from: Data(answer.utf8)).accounts
            try tell(
                "\(added.count.counted("account")) \(replace ? "imported" : "added"): \(added.joined(separator: ", "))"
            )
        }
    }
}
