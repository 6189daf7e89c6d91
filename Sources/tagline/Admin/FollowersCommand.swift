import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

struct FollowersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "followers", abstract: "Bring followers of an account in and out of a running server.",
        subcommands: [Import.self, Export.self, Remove.self])

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

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make everyone in a file a follower.",
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
            abstract: "Print everyone who follows, one openid a line under a header.")
        @OptionGroup var admin: AdminOptions
        @Option(help: "The account's appid.") var account: String

        mutating func run() async throws {
            try await StartFailure.reporting {
                let client = try admin.client
                try await client.send(.GET, try AdminClient.path(account, "/followers")) { body in
                    for try await buffer in body {
                        try FileHandle.standardOutput.write(contentsOf: Data(buffer.readableBytesView))
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
            for error in report.errors {
                try? FileHandle.standardError.write(contentsOf: Data("\(file): \(error.reason)\n".utf8))
            }
            if report.broken > report.errors.count {
                print("\(report.broken - report.errors.count) more broken lines are not shown.")
            }
            print(
                "\(report.openids) openids read, \(report.changed) \(verb), \(report.broken) broken lines passed over.")
        }
        if report.broken > 0 { throw ExitCode(2) }
    }
}

/// The bytes of a file as they are wanted, with a bar on a terminal.
private struct FileChunks: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private static let size = 256 * 1024

    private let handle: FileHandle
    private let progress: Progress

    /// - Parameter name: `-` for standard input.
    init(_ name: String) throws {
        if name == "-" {
            handle = .standardInput
            progress = Progress(total: nil)
            return
        }
        guard let file = FileHandle(forReadingAtPath: name) else {
            throw StartFailure.failed("\(name) cannot be read")
        }
        handle = file
        let size = try? FileManager.default.attributesOfItem(atPath: name)[.size] as? Int
        progress = Progress(total: size)
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(handle: handle, progress: progress)
    }

    struct Iterator: AsyncIteratorProtocol {
        let handle: FileHandle
        var progress: Progress

        mutating func next() async throws -> ByteBuffer? {
            guard let data = try handle.read(upToCount: FileChunks.size), !data.isEmpty else {
                progress.end()
                return nil
            }
            progress.advance(by: data.count)
            return ByteBuffer(data: data)
        }
    }

    /// A bar on standard error, if that is a terminal and the total is known.
    struct Progress: Sendable {
        private let total: Int?
        private var done = 0
        private var shown = -1

        init(total: Int?) {
            self.total = isatty(2) == 1 ? total : nil
        }

        mutating func advance(by count: Int) {
            done += count
            guard let total, total > 0 else { return }
            let percent = done * 100 / total
            guard percent != shown else { return }
            shown = percent
            let bar = String(repeating: "#", count: percent / 2) + String(repeating: ".", count: 50 - percent / 2)
            try? FileHandle.standardError.write(contentsOf: Data("\r[\(bar)] \(percent) %".utf8))
        }

        func end() {
            if shown >= 0 { try? FileHandle.standardError.write(contentsOf: Data("\n".utf8)) }
        }
    }
}
