import BulkRuns
import Foundation
import GRDB
import OfficialAccount
import OfficialAccountClient
import Testing

/// Tests run files that are damaged, come from elsewhere, or have a pipe or a link beside them. Every command then ends
/// with an error, and none of them traps or waits.
@Suite struct BrokenRunFileTests {
    private static let openIDs = (1...3).compactMap { OpenID("ocYxcuDemoFollower000000000\($0)") }

    /// Calls `body` with the path of a run of `tag` with three followers and one bad line.
    private func run(_ body: (String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appending(path: "a.run").path
        let file = try RunFile.create(path, command: "tagline tag")
        try file.load { loader in
            for (index, openID) in Self.openIDs.enumerated() {
                try loader.add(Tagging(.tag, openID, 134, line: index + 1))
            }
            try loader.refuse("nobody", "not an openid", line: 4)
        }
        try file.complete(
            RunFile.Identity(
                verb: "tag", appID: "wx", tag: 134, source: "a", baseURL: "http://localhost", digest: nil,
                command: "tagline tag"))
        file.close()
        try await body(path)
    }

    /// Changes the tables of a run file, as damage or another program can change them.
    private func change(_ path: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.inDatabase { try $0.execute(sql: sql) }
        try queue.close()
    }

    /// Replaces every table by a table that allows any value in any column.
    private func loosen(_ path: String) throws {
        for table in ["run", "work", "reject", "source"] {
            try change(
                path,
                """
                CREATE TABLE loose AS SELECT * FROM \(table);
                DROP TABLE \(table);
                ALTER TABLE loose RENAME TO \(table);
                """)
        }
    }

    /// Reads everything that the commands read.
    private func readAll(_ path: String) async throws {
        if case .run(let report, let command) = try RunState(looking: path) {
            _ = report.text(command: command)
            _ = try report.json()
        }
        let file = try RunFile.readable(path)
        defer { file.close() }
        _ = try RunSummary(file, rejects: "").text
        _ = try RunPlan(file, account: "", calls: [])
        let sources = try file.sources()
        try file.eachReject { _, line, _, _, _, _ in _ = sources.place(of: line) }
        _ = try file.firstBadLine()
        _ = try file.unnoted()
    }

    @Test(arguments: [
        "UPDATE work SET state = NULL WHERE line = 1", "UPDATE work SET state = 6", "UPDATE work SET state = 'x'",
        "UPDATE work SET untags = NULL", "UPDATE work SET untags = 2 WHERE line = 2", "UPDATE work SET tag = NULL",
        "UPDATE work SET before = NULL, state = 1", "UPDATE run SET calls = NULL", "UPDATE run SET seconds = NULL",
        "UPDATE run SET failures = 'x'", "UPDATE run SET identity = NULL", "UPDATE run SET is_loaded = NULL",
        "UPDATE run SET is_loaded = 0", "UPDATE run SET identity = ''", "UPDATE reject SET line = NULL",
        "UPDATE reject SET openid = NULL", "UPDATE reject SET reason = NULL", "INSERT INTO source VALUES (NULL, 'a')",
        "INSERT INTO source VALUES (1, NULL)",
    ])
    func `a value that no run writes is reported as damage`(sql: String) async throws {
        try await run { path in
            try loosen(path)
            try await readAll(path)
            try change(path, sql)
            let failure = await #expect(throws: RunFileFailure.self) { try await readAll(path) }
            #expect("\(failure, default: "")".contains("it is damaged or is not a run file"), "\(sql)")
        }
    }

    @Test(arguments: [
        "UPDATE run SET is_loaded = 0", "UPDATE run SET identity = ''", "DROP TABLE run",
    ])
    func `a new run does not replace a run whose identity is damaged`(sql: String) async throws {
        try await run { path in
            try change(path, sql)
            #expect(throws: RunFileFailure.self) { try RunFile.makeRoom(at: path) }
            let wanted = RunFile.Wanted(verb: "tag", appID: "wx")
            #expect(throws: RunFileFailure.self) { try RunFile.resumable(path, as: wanted, input: nil)?.close() }
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test(arguments: [false, true])
    func `a run of tag takes the tag off no follower, and its undo gives the tag to none`(undoing: Bool) async throws {
        try await run { path in
            try change(path, "UPDATE work SET untags = 1, state = \(undoing ? 1 : 0) WHERE line = 2")
            let file = try RunFile.existing(path)
            defer { file.close() }
            await #expect(throws: RunFileFailure.self) {
                for try await tagging in file.pending(undoing: undoing) { Issue.record("\(tagging)") }
            }
        }
    }

    /// The numbers are within the types of the columns.
    @Test(arguments: [
        "UPDATE run SET seconds = 1e-308, calls = 5", "UPDATE run SET seconds = 1e308, calls = 5",
        "UPDATE run SET seconds = 9e999, calls = 5", "UPDATE run SET seconds = -1, calls = 9223372036854775807",
        "UPDATE run SET calls = -9223372036854775808, failures = -9223372036854775808, duplicates = -1, sent = -1",
        "UPDATE work SET before = 9223372036854775807, state = 1 WHERE line = 1",
        "UPDATE work SET tag = -9223372036854775808, line = -9223372036854775808 WHERE line = 1",
        """
        INSERT INTO source VALUES (9223372036854775807, 'a'), (9223372036854775806, 'b');
        UPDATE reject SET line = -9223372036854775808
        """,
    ])
    func `no number in a run file traps`(sql: String) async throws {
        try await run { path in
            try change(path, sql)
            try await readAll(path)
        }
    }

    @Test func `a rate that is no number is the number of calls`() async throws {
        try await run { path in
            try change(path, "UPDATE run SET seconds = 1e-308, calls = 5")
            let file = try RunFile.readable(path)
            defer { file.close() }
            let text = try RunSummary(file, rejects: "").text
            #expect(text.contains("5 calls, 5 a second"), "\(text)")
        }
    }

    @Test func `rows with the largest numbers do not trap when a run records them`() throws {
        var notes = RunFile.Notes(undoing: false)
        for line in [Int.max, 1] {
            notes.add(Outcome(Tagging(.tag, Self.openIDs[0], 134, line: line), .applied))
        }
        #expect(!notes.isEmpty)
    }

    @Test func `no changed bit traps a command that reads the file`() async throws {
        try await run { path in
            let content = try Data(contentsOf: URL(filePath: path))
            // Bytes that are 0 are mostly free space.
            let bits = content.indices.filter { content[$0] != 0 }.flatMap { index in (0..<8).map { (index, $0) } }
            for place in stride(from: 0, to: bits.count, by: 37) {
                var changed = content
                changed[bits[place].0] ^= 1 << UInt8(bits[place].1)
                try changed.write(to: URL(filePath: path))
                // The command may report the damage, or may not notice a changed letter. It must not trap.
                try? await readAll(path)
                for ending in ["-journal", "-wal", "-shm"] {
                    try? FileManager.default.removeItem(atPath: path + ending)
                }
            }
        }
    }

    // MARK: Files beside the run file

    @Test(arguments: ["-journal", "-wal", "-shm"], [true, false])
    func `a pipe or a directory beside a run file is refused, and no command waits for it`(
        ending: String, isPipe: Bool
    ) async throws {
        try await run { path in
            if isPipe {
                #expect(mkfifo(path + ending, 0o600) == 0)
            } else {
                try FileManager.default.createDirectory(atPath: path + ending, withIntermediateDirectories: false)
            }
            let refusal = RunFailure.notOwnFile(path + ending, why: "it is not a regular file")
            #expect(throws: refusal) { try RunFile.existing(path) }
            #expect(throws: refusal) { try RunFile.makeRoom(at: path) }
            #expect(throws: RunFailure.self) { try RunFile.readable(path) }
            #expect(throws: RunFailure.self) { try RunState(looking: path) }
            // SQLite looks for the files beside the target of a link.
            let link = path + ".link"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
            #expect(throws: RunFailure.self) { try RunState(looking: link) }
            #expect(throws: refusal) {
                try FileManager.default.removeItem(atPath: path)
                return try RunFile.create(path)
            }
        }
    }

    @Test(arguments: ["-journal", "-wal", "-shm"], [true, false])
    func `a link beside a run file is refused, and no command changes its target`(ending: String, exists: Bool)
        async throws
    {
        try await run { path in
            let target = path + ".target"
            if exists { try Data().write(to: URL(filePath: target)) }
            try FileManager.default.createSymbolicLink(atPath: path + ending, withDestinationPath: target)
            #expect(throws: RunFailure.notOwnFile(path + ending, why: "it is a symbolic link")) {
                try RunFile.existing(path)
            }
            #expect(throws: RunFailure.self) { try RunState(looking: path) }
            #expect(FileManager.default.fileExists(atPath: target) == exists)
            if exists { #expect(try Data(contentsOf: URL(filePath: target)).isEmpty) }
        }
    }
}
