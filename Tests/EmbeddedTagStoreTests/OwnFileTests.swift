import Foundation
import GRDB
import InMemoryLogging
import Logging
import OfficialAccount
import TagStore
import TagStoreConformance
import Testing

@testable import EmbeddedTagStore

/// The store follows no link. If a file of the store is a hard link, the file under the other name does not change.
@Suite struct OwnFileTests {
    enum Link: CaseIterable {
        case symbolic, hard

        func put(at path: String, to other: String) throws {
            switch self {
            case .symbolic: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: other)
            case .hard: try FileManager.default.linkItem(atPath: other, toPath: path)
            }
        }
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test(arguments: Link.allCases)
    func `the target of a link in place of the lock file keeps its content, and a warning names the link`(link: Link)
        async throws
    {
        try await withTemporaryDirectory { directory in
            try Data("precious".utf8).write(to: URL(filePath: directory + "/other"))
            try link.put(at: directory + "/owner.lock", to: directory + "/other")
            let log = InMemoryLogHandler()
            let store = try EmbeddedTagStore(directory: directory, logger: Logger(label: "test") { _ in log })
            #expect(try text(directory + "/other") == "precious")
            let warnings = log.entries.filter { $0.level == .warning }
            #expect(warnings.count == 1)
            #expect(warnings.first?.metadata["reason"]?.description.contains("link") == true)
            #expect(throws: StoreOpenError.heldByAnotherProcess(directory: directory, process: nil)) {
                try EmbeddedTagStore(directory: directory, logger: .quiet)
            }
            try await store.close()
        }
    }

    @Test(arguments: [Disk.fileName, Disk.fileName + "-wal", LogMark.fileName], Link.allCases)
    func `a database, a log or a mark that is a link is refused and not changed`(
        name: String, link: Link
    ) async throws {
        try await withTemporaryDirectory { directory in
            try await EmbeddedTagStore(directory: directory, logger: .quiet).close()
            let (path, other) = ("\(directory)/\(name)", "\(directory)/other")
            if FileManager.default.fileExists(atPath: path) {
                try FileManager.default.moveItem(atPath: path, toPath: other)
            } else {
                try Data("precious".utf8).write(to: URL(filePath: other))
            }
            let content = try Data(contentsOf: URL(filePath: other))
            try link.put(at: path, to: other)
            do throws(StoreOpenError) {
                _ = try EmbeddedTagStore(directory: directory, logger: .quiet)
                Issue.record("the store has opened \(name)")
            } catch {
                guard case .notOwnFile(let file, let why) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(file == path && why.contains("link"))
                #expect(error.description.contains("put a copy of the file in its place"))
            }
            #expect(try Data(contentsOf: URL(filePath: other)) == content)
        }
    }

    /// A process that opens a pipe waits until another process opens the pipe, too.
    @Test(arguments: [
        Disk.fileName, Disk.fileName + "-wal", Disk.fileName + "-journal", LogMark.fileName, "owner.lock",
        "refused-calls.sqlite", "refused-calls.sqlite-wal", "refused-calls.sqlite-journal",
    ])
    func `a store that finds a pipe in place of a file does not wait`(name: String) async throws {
        try await withTemporaryDirectory { directory in
            #expect(mkfifo("\(directory)/\(name)", 0o600) == 0)
            do throws(StoreOpenError) {
                let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
                #expect(name == "owner.lock" || name.hasPrefix("refused-calls.sqlite"))
                try? await store.close()
            } catch {
                #expect(error == .notOwnFile(file: "\(directory)/\(name)", why: "it is not a regular file"))
            }
        }
    }

    @Test(arguments: Link.allCases)
    func `the store replaces a link named refused-calls.sqlite, and the link's target stays`(link: Link) async throws {
        try await withTemporaryDirectory { directory in
            let other = directory + "/other.sqlite"
            let queue = try DatabaseQueue(path: other)
            try await queue.write { try $0.execute(sql: "CREATE TABLE mine (x)") }
            try queue.close()
            let content = try Data(contentsOf: URL(filePath: other))
            try link.put(at: directory + "/refused-calls.sqlite", to: other)
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            #expect(try store.refusedCall(rid: "none") == nil)
            try await store.close()
            #expect(try Data(contentsOf: URL(filePath: other)) == content)
        }
    }

    @Test func `a directory in place of the file of refused calls keeps its files`() async throws {
        try await withTemporaryDirectory { directory in
            let place = directory + "/refused-calls.sqlite"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try Data("kept".utf8).write(to: URL(filePath: place + "/within"))
            #expect(throws: StoreOpenError.self) { try EmbeddedTagStore(directory: directory, logger: .quiet) }
            #expect(try text(place + "/within") == "kept")
        }
    }

    @Test func `if the mark gets a second name while the store is open, the content under that name stays`()
        async throws
    {
        try await withTemporaryDirectory { directory in
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            try await Fixture.fill(store, followers: 10)
            let (mark, backup) = (directory + "/" + LogMark.fileName, directory + "/backup")
            try FileManager.default.linkItem(atPath: mark, toPath: backup)
            let content = try Data(contentsOf: URL(filePath: backup))
            try await store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
            #expect(try Data(contentsOf: URL(filePath: backup)) == content)
            #expect(LogMarkFile.read(in: directory)?.milestone.sequence == store.lastSequence)
            try await store.close()
        }
    }
}
