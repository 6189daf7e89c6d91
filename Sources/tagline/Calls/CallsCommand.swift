import AdminAPI
import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

struct CallsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls",
        abstract: "Show the calls that a running server received, and its answers.",
        discussion: """
            A sandbox keeps the last 10,000 calls. A server keeps calls only if it was started with --journal metadata. Times are \
            UTC+8. With --json each call is one line of JSON, with its request and its answer; secrets and tokens are masked.

            \(Examples.text(["tagline calls --follow", "tagline calls --refused --account wxmine --json"]))

            Exit codes: 0, 1 if the server cannot be reached or keeps no calls, 64 for a wrong option.
            """)

    @OptionGroup(title: "The server") var admin: AdminOptions
    @Flag(help: "Show new calls as they arrive, until Ctrl-C.") var follow = false
    @Flag(help: "Instead of calls, show hints about mistakes of the clients.") var hints = false
    @Option(help: "Calls of the account with this appid.") var account: String?
    @Option(help: "Calls to this path, or to a path with this ending, such as batchtagging.") var path: String?
    @Option(help: "Calls whose answer has this errcode; 0 for successful calls.") var errcode: Int?
    @Flag(help: "Refused calls only.") var refused = false
    @Option(help: "Calls that name this openid.") var openid: String?
    @Option(help: "The call whose answer has this rid.") var rid: String?
    @Option(help: "Calls on which this fault rule fired.") var fault: String?
    @Option(help: "Calls from this moment on, in Unix seconds.") var since: Int?
    @Option(help: "Calls before this moment, in Unix seconds.") var until: Int?
    @Option(help: "Calls after this mark.") var mark: String?
    @Option(help: "Number of calls: the last calls, or the first calls after a mark. (default: 100)") var limit: Int?

    mutating func run() async throws {
        if hints { return try await showHints() }
        var query = try filters
        if let limit { query.append("limit=\(limit)") }
        if follow { query.append("follow=true") }
        let isColoured = CallLine.isTerminal
        let asJSON = admin.json
        try await admin.client.send(.GET, "/calls?" + query.joined(separator: "&"), accept: "application/x-ndjson") {
            body in
            var lines = LineSplitter()
            for try await part in body {
                for line in lines.take(part) { try Self.show(line, asJSON: asJSON, isColoured: isColoured) }
            }
        }
    }

    private static func show(_ line: [UInt8], asJSON: Bool, isColoured: Bool) throws {
        if asJSON { return try tellJSON(String(decoding: line, as: UTF8.self)) }
        guard let record = try? JSONDecoder().decode(CallRecord.self, from: Data(line)) else {
            throw StartFailure.failed("calls came faster than they could be shown; try again with a filter")
        }
        try StandardOutput.write((CallLine(record: record, isColoured: isColoured).text + "\n").utf8)
    }

    private func showHints() async throws {
        let answer = try await admin.client.text(.GET, "/calls/hints?" + (try filters).joined(separator: "&"))
        if admin.json { return try tellJSON(answer) }
        let hints = try JSONDecoder().decode(CallHints.self, from: Data(answer.utf8)).hints
        if hints.isEmpty { return try tell("There are no hints about these calls.") }
        let rows = hints.map {
            [String($0.count), $0.account ?? "-", $0.path ?? "-", "#\($0.last)", $0.sentence]
        }
        try tell(lines: Table(names: ["CALLS", "ACCOUNT", "PATH", "LAST", "HINT"], rows: rows).text)
    }

    private var filters: [String] {
        get throws {
            var query: [String] = []
            for (name, value) in [
                ("account", account), ("path", path), ("errcode", errcode.map(String.init)), ("openid", openid),
                ("rid", rid), ("fault", fault), ("since", since.map(String.init)), ("until", until.map(String.init)),
                ("mark", mark), ("refused", refused ? "true" : nil),
            ] {
                if let value { query.append("\(name)=\(try AdminClient.escaped(value))") }
            }
            return query
        }
    }
}

/// Cuts a stream of bytes into lines.
struct LineSplitter {
    private var rest: [UInt8] = []

    /// Adds `part` to the bytes so far, and returns the lines that are now complete, without their line ends.
    mutating func take(_ part: ByteBuffer) -> [[UInt8]] {
        rest += part.readableBytesView
        var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        rest = lines.popLast() ?? []
        return lines
    }
}
