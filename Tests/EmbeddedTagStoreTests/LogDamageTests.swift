import Foundation
import GRDB
import InMemoryLogging
import Logging
import OfficialAccount
import Synchronization
import TagStore
import TagStoreConformance
import Testing

@testable import EmbeddedTagStore

/// If a crash cut off the last transaction, the store reads the log up to this transaction. The store refuses a damaged
/// log and does not change this log. A log that is shorter than its ``LogMark`` says is also damaged.
@Suite struct LogDamageTests {
    /// Calls `body` with the files of a store that was not closed. The log of this store has `calls` taggings, each in
    /// its own transaction.
    private func withCrash(
        calls: Int, keepsMark: Bool = true, _ body: (_ directory: String, _ log: URL) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let live = directory + "/live"
            let crashed = directory + "/crashed"
            for made in [live, crashed] {
                try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: true)
            }
            let store = try EmbeddedTagStore(directory: live, logger: .quiet)
            try await Fixture.fill(store, followers: 200)
            for number in 0..<calls {
                try await store.batchTagging(Fixture.list(number), tag: Fixture.tag, for: Fixture.appID)
            }
            try await store.disk.database.read { _ in
                for name in [Disk.fileName, Disk.fileName + "-wal"] + (keepsMark ? [LogMark.fileName] : []) {
                    try FileManager.default.copyItem(atPath: "\(live)/\(name)", toPath: "\(crashed)/\(name)")
                }
            }
            try await store.close()
            try await body(crashed, URL(filePath: crashed + "/" + Disk.fileName + "-wal"))
        }
    }

    /// Opens the store in `directory` and returns the number of followers who carry the fixture's tag. Returns nil if
    /// the store refuses its files.
    private func carriers(_ directory: String, acceptsLoss: Bool = false) async throws -> Int? {
        var options = EmbeddedTagStore.Options()
        options.acceptsLoss = acceptsLoss
        do throws(StoreOpenError) {
            let store = try EmbeddedTagStore(directory: directory, options: options, logger: .quiet)
            let count = store.tags(of: Fixture.appID).first { $0.id == Fixture.tag }?.count
            try? await store.close()
            return count
        } catch {
            switch error {
            case .damaged, .logDamaged, .databaseMissing: return nil
            case .notWritable, .heldByAnotherProcess, .notOwnFile, .tooNew, .failed: throw error
            }
        }
    }

    @Test func `a store has the changes in its log after a crash`() async throws {
        for keepsMark in [true, false] {
            try await withCrash(calls: 30, keepsMark: keepsMark) { directory, _ in
                let count = try await carriers(directory)
                #expect(count == 30)
            }
        }
    }

    /// If the store did not refuse this start, SQLite would make a new database and delete the log.
    @Test(arguments: [true, false], [true, false])
    func `a start without the database is refused and does not change the log`(
        isEmpty: Bool, keepsMark: Bool
    ) async throws {
        try await withCrash(calls: 12, keepsMark: keepsMark) { directory, log in
            let database = URL(filePath: directory + "/" + Disk.fileName)
            let (pages, changes) = (try Data(contentsOf: database), try Data(contentsOf: log))
            if isEmpty { try Data().write(to: database) } else { try FileManager.default.removeItem(at: database) }
            #expect(try await carriers(directory) == nil)
            #expect(try Data(contentsOf: log) == changes)
            try pages.write(to: database)
            #expect(try await carriers(directory) == 12)
        }
    }

    @Test(arguments: [nil, 10, 44] as [Int?])
    func `a mark that is missing or unreadable is logged once`(bytesLeft: Int?) async throws {
        try await withTemporaryDirectory { directory in
            let mark = directory + "/" + LogMark.fileName
            func open() async throws -> [Logger.Level] {
                let log = InMemoryLogHandler()
                let store = try EmbeddedTagStore(directory: directory, logger: Logger(label: "test") { _ in log })
                try await store.close()
                return log.entries.map(\.level).filter { $0 >= .warning }
            }
            #expect(try await open() == [], "a new store has no mark yet")
            if let bytesLeft {
                try Data(repeating: 7, count: bytesLeft).write(to: URL(filePath: mark))
            } else {
                try FileManager.default.removeItem(atPath: mark)
            }
            #expect(try await open() == [.warning])
            #expect(try await open() == [])
        }
    }

    @Test(arguments: [false, true])
    func `a log with a flipped bit is refused, or the bit changes nothing`(keepsMark: Bool) async throws {
        try await withCrash(calls: 12, keepsMark: keepsMark) { directory, log in
            let pristine = try Data(contentsOf: log)
            let database = try Data(contentsOf: URL(filePath: directory + "/" + Disk.fileName))
            let mark = try? Data(contentsOf: URL(filePath: directory + "/" + LogMark.fileName))
            let flips = ProcessInfo.processInfo.environment["TAGLINE_FLIPS"].flatMap { Int($0) } ?? 60
            let seed = RandomSeed.chosen()
            var random = SeededGenerator(seed: seed)
            var refused = 0
            for _ in 0..<flips {
                var damaged = pristine
                let place = Int.random(in: 0..<damaged.count, using: &random)
                damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                try damaged.write(to: log)
                try database.write(to: URL(filePath: directory + "/" + Disk.fileName))
                try mark?.write(to: URL(filePath: directory + "/" + LogMark.fileName))
                let count = try await carriers(directory)
                if let count {
                    // Without the mark, a damaged last transaction looks like a transaction that a crash cut off. The
                    // last two transactions look cut off if the end of the second-last transaction is damaged.
                    #expect(count == 12 || (!keepsMark && count >= 10), "byte \(place), seed \(seed)")
                } else {
                    refused += 1
                    #expect(try Data(contentsOf: log) == damaged, "the store overwrote a log that it refused")
                }
            }
            #expect(refused > 0)
        }
    }

    @Test func `a log that ends before its mark is refused`() async throws {
        try await withCrash(calls: 12) { directory, log in
            let pristine = try Data(contentsOf: log)
            let database = try Data(contentsOf: URL(filePath: directory + "/" + Disk.fileName))
            let mark = try Data(contentsOf: URL(filePath: directory + "/" + LogMark.fileName))
            let seed = RandomSeed.chosen()
            var random = SeededGenerator(seed: seed)
            for _ in 0..<20 {
                let length = Int.random(in: 0..<pristine.count, using: &random)
                try pristine.prefix(length).write(to: log)
                try database.write(to: URL(filePath: directory + "/" + Disk.fileName))
                try mark.write(to: URL(filePath: directory + "/" + LogMark.fileName))
                #expect(try await carriers(directory) == nil, "\(length) bytes were left, seed \(seed)")
            }
            try FileManager.default.removeItem(at: log)
            #expect(try await carriers(directory) == nil, "the log was removed")
        }
    }

    /// SQLite overwrites the head of the log only after it has copied the whole log into the database.
    @Test(arguments: [false, true], [0..<4, 8..<12, 12..<20, 16..<24, 24..<32, 0..<32])
    func `a log with a damaged head is refused, except after SQLite has copied the whole log into the database`(
        isTakenIn: Bool, torn: Range<Int>
    ) async throws {
        try await withTemporaryDirectory { parent in
            let live = parent + "/live"
            let crashed = parent + "/crashed"
            for made in [live, crashed] {
                try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: true)
            }
            let store = try EmbeddedTagStore(directory: live, logger: .quiet)
            try await Fixture.fill(store, followers: 200)
            for number in 0..<5 {
                try await store.batchTagging(Fixture.list(number), tag: Fixture.tag, for: Fixture.appID)
            }
            try store.disk.database.inDatabase { db in
                if isTakenIn { _ = try db.checkpoint() }
                for name in [Disk.fileName, Disk.fileName + "-wal", LogMark.fileName] {
                    try FileManager.default.copyItem(atPath: "\(live)/\(name)", toPath: "\(crashed)/\(name)")
                }
            }
            try await store.close()
            let log = URL(filePath: crashed + "/" + Disk.fileName + "-wal")
            var bytes = try Data(contentsOf: log)
            for place in torn { bytes[place] ^= 0x5A }
            try bytes.write(to: log)
            #expect(try await carriers(crashed) == (isTakenIn ? 5 : nil))
            if isTakenIn { #expect(try await carriers(crashed) == 5, "the store opens a second time") }
        }
    }

    @Test func `a store that accepts a loss opens with the readable changes and keeps the damaged log`() async throws {
        try await withCrash(calls: 12) { directory, log in
            var damaged = try Data(contentsOf: log)
            // Damages one of the last transactions.
            damaged[damaged.count - 10 * (4096 + 24)] ^= 1
            try damaged.write(to: log)
            #expect(try await carriers(directory) == nil)
            let left = try #require(try await carriers(directory, acceptsLoss: true))
            #expect((1..<12).contains(left))
            #expect(try Data(contentsOf: URL(filePath: log.path + ".damaged")) == damaged)
            #expect(try await carriers(directory) == left, "an accepted loss is not refused again")
        }
    }

    @Test func `an older database in place of the present database is refused`() async throws {
        try await withTemporaryDirectory { directory in
            let file = URL(filePath: directory + "/" + Disk.fileName)
            let older = try await Fixture.closedDatabase(in: directory, followers: 200)
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            try await store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
            try await store.close()
            try older.write(to: file)
            #expect(try await carriers(directory) == nil)
            #expect(try await carriers(directory, acceptsLoss: true) == 0)
        }
    }

    /// A flipped bit in the number of cells of a page hides the last rows of the page from SQLite.
    @Test func `the store detects missing rows as well as changed rows`() async throws {
        try await withTemporaryDirectory { directory in
            let file = URL(filePath: directory + "/" + Disk.fileName)
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            try await Fixture.fill(store, followers: 200)
            for number in 0..<30 {
                try await store.batchTagging(Fixture.list(number), tag: Fixture.tag, for: Fixture.appID)
                try await store.issueToken(
                    NewToken(
                        fingerprint: try #require(Fingerprint([UInt8](repeating: UInt8(number), count: 32))),
                        secret: try #require(Fingerprint([UInt8](repeating: 7, count: 32)))),
                    for: Fixture.appID, at: Fixture.now, rules: TokenRules())
            }
            try await store.close()
            let pristine = try Data(contentsOf: file)
            let mark = try Data(contentsOf: URL(filePath: directory + "/" + LogMark.fileName))
            let pageSize = 4096
            var refused = 0
            for page in 1..<pristine.count / pageSize where [2, 5, 10, 13].contains(pristine[page * pageSize]) {
                for bit in 0..<3 {
                    var damaged = pristine
                    damaged[page * pageSize + 4] ^= 1 << UInt8(bit)
                    try damaged.write(to: file)
                    try mark.write(to: URL(filePath: directory + "/" + LogMark.fileName))
                    if let count = try await carriers(directory) {
                        #expect(count == 30, "page \(page), bit \(bit)")
                    } else {
                        refused += 1
                    }
                }
            }
            #expect(refused > 20)
        }
    }
}

/// Tests an open store while a program removes or changes the files of the store.
@Suite struct DirectoryWatchTests {
    @Test(arguments: ["cut", "older copy", "older copy of the same length"])
    func `a log that is damaged while the store is open is refused at the next start`(what: String) async throws {
        try await withTemporaryDirectory { directory in
            let log = URL(filePath: directory + "/" + Disk.fileName + "-wal")
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            try await Fixture.fill(store, followers: 100)
            let earlier = try Data(contentsOf: log)
            for name in ["two of them", "three of them"] {
                _ = try await store.createTag(named: name, id: nil, for: Fixture.appID)
            }
            let present = try Data(contentsOf: log)
            let file = try FileHandle(forWritingTo: log)
            switch what {
            case "cut": try file.truncate(atOffset: UInt64(earlier.count))
            case "older copy":
                try file.truncate(atOffset: 0)
                try file.write(contentsOf: earlier)
            default: try file.write(contentsOf: earlier + Data(count: present.count - earlier.count))
            }
            try file.close()
            try? await store.close()
            #expect(throws: StoreOpenError.self) { try EmbeddedTagStore(directory: directory, logger: .quiet) }
        }
    }

    /// A clock that stands still until a test turns it.
    private final class TurnedClock: Sendable {
        private let time = Mutex(ContinuousClock.now)

        func now() -> ContinuousClock.Instant { time.withLock { $0 } }
        func turn(milliseconds: Int) { time.withLock { $0 += .milliseconds(milliseconds) } }

        /// Opens a store that reads this clock.
        func open(
            _ directory: String, willCommit: @escaping @Sendable () throws -> Void = {}
        ) throws -> EmbeddedTagStore {
            var options = EmbeddedTagStore.Options()
            options.now = { self.now() }
            options.willCommit = willCommit
            return try EmbeddedTagStore(directory: directory, options: options, logger: .quiet)
        }
    }

    /// The milliseconds are the time after which a commit must notice the change.
    @Test(arguments: [
        ("removed directory", 0), ("database", 0), ("log", 0), ("overwritten database", 0), ("cut log", 0),
        ("emptied log", 0), ("moved directory", 10), ("replaced database", 10), ("linked database", 10),
        ("linked directory", 10), ("linked log", 10), ("database with new content", 10),
        ("database with new content and an old time", 10), ("log with other salts", 0), ("log with zeroes", 0),
    ])
    func `a store whose files are removed or overwritten refuses changes but serves reads`(
        what: String, milliseconds: Int
    ) async throws {
        try await withTemporaryDirectory { parent in
            let directory = parent + "/data"
            if what == "linked directory" {
                for name in ["/one", "/other"] {
                    try FileManager.default.createDirectory(atPath: parent + name, withIntermediateDirectories: true)
                }
                try FileManager.default.createSymbolicLink(atPath: directory, withDestinationPath: parent + "/one")
            } else {
                try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            }
            let clock = TurnedClock()
            let store = try clock.open(directory)
            try await Fixture.fill(store, followers: 100)
            #expect(store.condition == .writable)
            let database = directory + "/" + Disk.fileName
            switch what {
            case "removed directory": try FileManager.default.removeItem(atPath: directory)
            case "moved directory": try FileManager.default.moveItem(atPath: directory, toPath: parent + "/gone")
            case "database": try FileManager.default.removeItem(atPath: database)
            case "log": try FileManager.default.removeItem(atPath: database + "-wal")
            case "replaced database":
                try FileManager.default.moveItem(atPath: database, toPath: database + ".old")
                try FileManager.default.copyItem(atPath: database + ".old", toPath: database)
            case "overwritten database":
                try FileManager.default.copyItem(atPath: database, toPath: database + ".copy")
                #expect(rename(database + ".copy", database) == 0)
            case "linked directory":
                try FileManager.default.removeItem(atPath: directory)
                try FileManager.default.createSymbolicLink(atPath: directory, withDestinationPath: parent + "/other")
            case "linked database":
                try FileManager.default.moveItem(atPath: database, toPath: database + ".old")
                try FileManager.default.createSymbolicLink(atPath: database, withDestinationPath: database + ".old")
            case "linked log":
                try FileManager.default.moveItem(atPath: database + "-wal", toPath: database + ".old")
                try FileManager.default.linkItem(atPath: database + ".old", toPath: database + ".other")
                try FileManager.default.createSymbolicLink(
                    atPath: database + "-wal", withDestinationPath: database + ".old")
            case "database with new content", "database with new content and an old time":
                let content = try Data(contentsOf: URL(filePath: database))
                let file = try FileHandle(forWritingTo: URL(filePath: database))
                try file.write(contentsOf: content)
                try file.close()
                if what.hasSuffix("old time") {
                    let attributes = [FileAttributeKey.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)]
                    try FileManager.default.setAttributes(attributes, ofItemAtPath: database)
                }
            case "log with other salts", "log with zeroes":
                let file = URL(filePath: database + "-wal")
                var content = try Data(contentsOf: file)
                let changed = what.hasSuffix("salts") ? 16..<24 : WriteAheadLog.headSize..<content.count
                content.replaceSubrange(changed, with: Data(count: changed.count))
                let log = try FileHandle(forWritingTo: file)
                try log.write(contentsOf: content)
                try log.close()
            default:
                let log = try FileHandle(forWritingTo: URL(filePath: database + "-wal"))
                try log.truncate(atOffset: what == "cut log" ? 100 : 0)
                try log.close()
            }
            clock.turn(milliseconds: milliseconds)
            let refused = await refusal {
                () throws(Refusal) in
                try await store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
            }
            #expect(refused?.code == .systemError)
            #expect(store.condition != .writable)
            #expect(store.tags(of: Fixture.appID).count == 3, "the store still answers reads")
        }
    }

    @Test func `if a store's directory is moved, changes accepted before the store notices are in the moved files`()
        async throws
    {
        try await withTemporaryDirectory { parent in
            let (directory, moved) = (parent + "/data", parent + "/moved")
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let clock = TurnedClock()
            let store = try clock.open(directory)
            try await Fixture.fill(store, followers: 100)
            try FileManager.default.moveItem(atPath: directory, toPath: moved)
            clock.turn(milliseconds: 9)
            try await store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
            clock.turn(milliseconds: 1)
            let refused = await refusal {
                () throws(Refusal) in
                try await store.batchTagging(Fixture.list(2), tag: Fixture.tag, for: Fixture.appID)
            }
            #expect(refused?.code == .systemError)
            try? await store.close()
            let reopened = try EmbeddedTagStore(directory: moved, logger: .quiet)
            #expect(reopened.tags(of: Fixture.appID).first { $0.id == Fixture.tag }?.count == 1)
            try await reopened.close()
        }
    }

    /// The clock stands still, so the commit does not look at the paths again before it succeeds.
    @Test(arguments: ["moved directory", "moved database", "database with an old time"])
    func `a store stays read-only if it notices moved files while a commit is under way`(what: String) async throws {
        try await withTemporaryDirectory { parent in
            let directory = parent + "/data"
            let database = directory + "/" + Disk.fileName
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let gate = CommitGate()
            let store = try TurnedClock().open(directory, willCommit: gate.passage)
            try await Fixture.fill(store, followers: 100)
            gate.close()
            async let tagging: Void = store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
            await gate.arrival()
            switch what {
            case "moved directory": try FileManager.default.moveItem(atPath: directory, toPath: parent + "/gone")
            case "moved database": try FileManager.default.moveItem(atPath: database, toPath: database + ".gone")
            default:
                let attributes = [FileAttributeKey.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)]
                try FileManager.default.setAttributes(attributes, ofItemAtPath: database)
            }
            store.writer.judgeFiles()
            gate.open()
            try await tagging
            #expect(store.condition != .writable)
            let refused = await refusal { () throws(Refusal) in
                try await store.batchTagging(Fixture.list(2), tag: Fixture.tag, for: Fixture.appID)
            }
            #expect(refused?.code == .systemError)
            #expect(store.condition != .writable)
            try? await store.close()
        }
    }

    /// The test replaces the content of the database file. The file itself and its length stay the same.
    @Test func `after older content overwrites the open database, the next start is refused or nothing is lost`()
        async throws
    {
        try await withTemporaryDirectory { directory in
            let file = URL(filePath: directory + "/" + Disk.fileName)
            var refused = 0
            for checkpoints in 0...2 {
                for name in [Disk.fileName, Disk.fileName + "-wal", LogMark.fileName] {
                    try? FileManager.default.removeItem(atPath: "\(directory)/\(name)")
                }
                let clock = TurnedClock()
                var store = try clock.open(directory)
                try await Fixture.fill(store, followers: 100)
                store.checkpoint()
                let older = try Data(contentsOf: file)
                // The remarks fill more pages than the later rounds change.
                for number in 0..<100 {
                    try await store.setRemark(
                        "a remark of thirty bytes or so", of: Fixture.follower(number), for: Fixture.appID)
                }
                for round in 0..<4 {
                    try await store.batchTagging(Fixture.list(round), tag: Fixture.tag, for: Fixture.appID)
                    try await store.setRemark("\(round)", of: Fixture.follower(round), for: Fixture.appID)
                    if round < checkpoints { store.checkpoint() }
                }
                let handle = try FileHandle(forWritingTo: file)
                try handle.write(contentsOf: older)
                try handle.close()
                clock.turn(milliseconds: 10)
                let answer = await refusal {
                    () throws(Refusal) in
                    try await store.batchTagging(Fixture.list(9), tag: Fixture.tag, for: Fixture.appID)
                }
                #expect(answer?.code == .systemError && store.condition != .writable)
                let world = try BenchWorld(of: store)
                try? await store.close()
                do throws(StoreOpenError) {
                    store = try EmbeddedTagStore(directory: directory, logger: .quiet)
                    #expect((try? BenchWorld(of: store)) == world, "\(checkpoints)")
                    try? await store.close()
                } catch {
                    refused += 1
                }
            }
            #expect(refused > 0)
        }
    }

    @Test func `the store writes its mark again after the mark was removed`() async throws {
        try await withTemporaryDirectory { directory in
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            try await Fixture.fill(store, followers: 100)
            try FileManager.default.removeItem(atPath: directory + "/" + LogMark.fileName)
            try await store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
            #expect(
                LogMarkFile.read(in: directory)?.milestone.sequence == store.shared.state.withLock { $0.lastSequence })
            try await store.close()
        }
    }

    @Test func `a store does not follow a link in place of its lock file, and stays locked when the link is gone`()
        async throws
    {
        try await withTemporaryDirectory { directory in
            let victim = directory + "/victim"
            try Data("precious".utf8).write(to: URL(filePath: victim))
            try FileManager.default.createSymbolicLink(
                atPath: directory + "/owner.lock", withDestinationPath: victim)
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
            try FileManager.default.removeItem(atPath: directory + "/owner.lock")
            #expect(throws: StoreOpenError.heldByAnotherProcess(directory: directory, process: nil)) {
                try EmbeddedTagStore(directory: directory, logger: .quiet)
            }
            try await store.close()
        }
    }

    @Test func `a store does not overwrite a record of the journal`() async throws {
        try await withTemporaryDirectory { directory in
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            try await Fixture.fill(store, followers: 10)
            let next = store.shared.state.withLock { $0.lastSequence } + 1
            try await store.disk.database.write { db in
                try JournalRow(sequence: next, record: Data("another's".utf8)).insert(db)
            }
            let refused = await refusal {
                () throws(Refusal) in
                try await store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
            }
            #expect(refused?.code == .systemError)
            guard case .readOnly = store.condition else {
                Issue.record("the store still accepts changes")
                return
            }
        }
    }
}
