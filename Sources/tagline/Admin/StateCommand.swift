import AdminAPI
import ArgumentParser
import AsyncHTTPClient
import BulkRuns
import Foundation
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
            does not hold the refused calls for openapi/rid/get. The command copy needs no server: it copies everything from one \
            store to another.

            \(Examples.text(["tagline state export state.ndjson", "tagline state import state.ndjson"]))
            """,
        subcommands: [Export.self, Import.self, StateCopyCommand.self])

    struct Export: AsyncParsableCommand, NamingFiles {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write the state of one account, or of all, to a file, as it is at one moment.",
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
            files.writes("the exported state", file == "-" ? nil : file, "the argument FILE", andWith: [".part"])
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

        /// Returns how much a state holds. Throws if `line` is not its last line.
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
        @Flag(help: "Replace accounts that the server already has; their tokens end.") var replace = false
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

/// The output of an export: a file that appears once it is complete, or standard output.
private final class StateOutput {
    private let file: String
    private let temporary: String?
    private let handle: FileHandle
    private var last: [UInt8] = []
    private var written = 0

    init(_ file: String) throws {
        self.file = file
        guard file != "-" else {
            temporary = nil
            handle = .standardOutput
            return
        }
        let kind = try? FileManager.default.attributesOfItem(atPath: file)[.type] as? FileAttributeType
        if let kind, kind != .typeRegular {
            // A pipe, a device or a link is written to and not replaced.
            guard kind != .typeDirectory, let handle = FileHandle(forWritingAtPath: file) else {
                throw StartFailure.failed("\(file) cannot be written")
            }
            temporary = nil
            self.handle = handle
            return
        }
        let temporary = file + ".part"
        guard FileManager.default.createFile(atPath: temporary, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: temporary)
        else { throw StartFailure.failed("\(temporary) cannot be written") }
        self.temporary = temporary
        self.handle = handle
    }

    func write(_ buffer: ByteBuffer) throws {
        let data = Data(buffer.readableBytesView)
        do {
            if file == "-" { try StandardOutput.write(foreign: data) } else { try handle.write(contentsOf: data) }
        } catch let failure as StandardOutput.Failure {
            throw failure
        } catch {
            throw StartFailure.failed("\(file) cannot be written: \(StateOutput.reason(error))")
        }
        last = Array((last + data).suffix(1024))
        show(data.count)
    }

    /// Shows on a terminal how much was written so far. The total is not known.
    private func show(_ count: Int) {
        let before = written >> 20
        written += count
        guard isatty(2) == 1, file != "-", written >> 20 != before else { return }
        StandardError.draw("\(written >> 20) MB")
    }

    /// Moves the file to its place and returns its last line. Throws if the file is not complete.
    func finish() throws -> String {
        let line = String(decoding: last.dropLast().split(separator: UInt8(ascii: "\n")).last ?? [], as: UTF8.self)
        guard last.last == UInt8(ascii: "\n"), line.hasPrefix(#"{"end":"#) else {
            throw StartFailure.failed("the server closed the connection before the state was complete; try again")
        }
        StandardError.endDrawing()
        if let temporary {
            do {
                try handle.synchronize()
                try handle.close()
                guard rename(temporary, file) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            } catch {
                throw StartFailure.failed("\(file) cannot be written: \(StateOutput.reason(error))")
            }
        }
        return line + "\n"
    }

    func discard() {
        if let temporary { try? FileManager.default.removeItem(atPath: temporary) }
    }

    private static func reason(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        return (underlying ?? error as NSError).localizedDescription
    }
}
