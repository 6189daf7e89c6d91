import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

struct StateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Take whole accounts out of a running server as one file, and put them into another.",
        discussion: """
            The file holds accounts with their limits and quotas, tags, followers past and present with tags and remarks, \
            blacklist, tokens and counts. Secrets and tokens are in it as SHA-256 only; keep it like a password file \
            nevertheless. Refused calls, for openapi/rid/get, are not in it. Without a server, copy takes everything from one \
            store to another.

            \(Examples.text(["tagline state export state.ndjson", "tagline state import state.ndjson"]))
            """,
        subcommands: [Export.self, Import.self, StateCopyCommand.self])

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write the state of one account, or of all, to a file, as it is at one moment.",
            discussion: """
                The server goes on meanwhile. The file appears when it is whole, readable for its owner alone.

                \(Examples.text(["tagline state export all.ndjson", "tagline state export - --account wxmine | gzip > wxmine.gz"]))
                """
        )
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Option(help: "The account's appid; all accounts if absent.") var account: String?
        @Argument(help: "The file; - for standard output.", completion: .file()) var file: String

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
            try tell(admin.json ? end : "\(file) holds \(try StateEnd(end).description).\n", terminator: "")
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Add the accounts of a file to a server, all or none.",
            discussion: """
                None of them may be there already, unless --replace is given.

                \(Examples.text(["tagline state import all.ndjson", "gunzip -c wxmine.gz | tagline state import -"]))
                """)
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Flag(help: "Put accounts in the place of those that are there; their tokens end.") var replace = false
        @Argument(help: "The file; - for standard input.", completion: .file()) var file: String

        private struct Added: Decodable {
            let accounts: [String]
        }

        mutating func run() async throws {
            let answer = try await admin.client.send(
                .POST, replace ? "/state?replace=true" : "/state",
                body: .stream(try FileChunks(file), length: .unknown)
            ) { String(buffer: try await $0.collect(upTo: 64 << 20)) }
            if admin.json { return try tellJSON(answer) }
            let added = try JSONDecoder().decode(Added.self, from: Data(answer.utf8)).accounts
            try tell(
                "\(added.count) account\(added.count == 1 ? "" : "s") \(replace ? "in place" : "added"): \(added.joined(separator: ", "))"
            )
        }
    }
}

/// What the last line of a state says.
private struct StateEnd: CustomStringConvertible {
    private struct Line: Decodable {
        struct End: Decodable {
            let accounts: Int
            let followers: Int
        }

        let end: End
    }

    let description: String

    init(_ line: String) throws {
        let end = try JSONDecoder().decode(Line.self, from: Data(line.utf8)).end
        description =
            "\(end.accounts) account\(end.accounts == 1 ? "" : "s"), "
            + "\(end.followers) follower\(end.followers == 1 ? "" : "s")"
    }
}

/// Where an export goes: a file that appears when it is whole, or standard output.
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
            // A pipe, a device, a link: written to, not replaced.
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

    /// How much is there by now, on a terminal; how much it will be nobody knows.
    private func show(_ count: Int) {
        let before = written >> 20
        written += count
        guard isatty(2) == 1, file != "-", written >> 20 != before else { return }
        StandardError.draw("\(written >> 20) MB")
    }

    /// Puts the file in its place and returns its last line. Throws if it is not whole.
    func finish() throws -> String {
        let line = String(decoding: last.dropLast().split(separator: UInt8(ascii: "\n")).last ?? [], as: UTF8.self)
        guard last.last == UInt8(ascii: "\n"), line.hasPrefix(#"{"end":"#) else {
            throw StartFailure.failed("the server broke off before the state was whole; try again")
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
