import Foundation
import GRDB
import OfficialAccount
import TagStore
import TagStoreConformance
import Testing

@testable import EmbeddedTagStore

/// Tests that a store opens without `acceptsLoss` after one start has accepted a loss, and that the store keeps the
/// damaged log.
@Suite struct AcceptedLossTests {
    enum DatabaseDamage: CaseIterable {
        case none, removed, emptied, older
    }

    enum LogDamage: CaseIterable {
        case none, flipped, beheaded, cut, removed
    }

    private static let names = [Disk.fileName, Disk.fileName + "-wal", LogMark.fileName]

    /// Makes a directory with the files of a store that was not closed. SQLite has copied an earlier log into the
    /// database, and the present log holds later changes.
    ///
    /// Returns the directory, the content of the database before SQLite copied the earlier log, and the store's world.
    private func crash(
        in parent: String
    ) async throws -> (directory: String, older: Data, world: BenchWorld) {
        let (live, crashed) = (parent + "/live", parent + "/crashed")
        for made in [live, crashed] {
            try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: true)
        }
        var store = try EmbeddedTagStore(directory: live, logger: .quiet)
        try await Fixture.fill(store, followers: 100)
        try await store.close()
        let older = try Data(contentsOf: URL(filePath: "\(live)/\(Disk.fileName)"))
        store = try EmbeddedTagStore(directory: live, logger: .quiet)
        for number in 0..<6 {
            try await store.batchTagging(Fixture.list(number), tag: Fixture.tag, for: Fixture.appID)
        }
        store.checkpoint()
        for number in 6..<12 {
            try await store.batchTagging(Fixture.list(number), tag: Fixture.tag, for: Fixture.appID)
        }
        try copy(live, to: crashed, of: store)
        let world = try BenchWorld(of: store)
        try await store.close()
        return (crashed, older, world)
    }

    /// Copies the files between two transactions, as a crash would leave them.
    private func copy(_ directory: String, to other: String, of store: EmbeddedTagStore) throws {
        try store.disk.database.inDatabase { _ in
            for name in Self.names where FileManager.default.fileExists(atPath: "\(directory)/\(name)") {
                try FileManager.default.copyItem(atPath: "\(directory)/\(name)", toPath: "\(other)/\(name)")
            }
        }
    }

    private func damage(_ log: String, _ damage: LogDamage) throws {
        let file = URL(filePath: log)
        var bytes = try Data(contentsOf: file)
        switch damage {
        case .none: return
        case .flipped: bytes[32 + 24 + 100] ^= 1
        case .beheaded: for place in 0..<32 { bytes[place] ^= 0x5A }
        case .cut: bytes = bytes.prefix(bytes.count / 2)
        case .removed: return try FileManager.default.removeItem(at: file)
        }
        try bytes.write(to: file)
    }

    private func damage(_ database: String, _ damage: DatabaseDamage, older: Data) throws {
        switch damage {
        case .none: break
        case .removed: try FileManager.default.removeItem(atPath: database)
        case .emptied: try Data().write(to: URL(filePath: database))
        case .older: try older.write(to: URL(filePath: database))
        }
    }

    private func open(_ directory: String, acceptsLoss: Bool = false) throws -> EmbeddedTagStore {
        var options = EmbeddedTagStore.Options()
        options.acceptsLoss = acceptsLoss
        return try EmbeddedTagStore(directory: directory, options: options, logger: .quiet)
    }

    @Test(arguments: DatabaseDamage.allCases, LogDamage.allCases)
    func `after one start has accepted the loss, the store opens without acceptsLoss and keeps the damaged log`(
        databaseDamage: DatabaseDamage, logDamage: LogDamage
    ) async throws {
        try await withTemporaryDirectory { parent in
            let (directory, older, whole) = try await crash(in: parent)
            let log = "\(directory)/\(Disk.fileName)-wal"
            try damage(log, logDamage)
            try damage("\(directory)/\(Disk.fileName)", databaseDamage, older: older)
            let evidence = try? Data(contentsOf: URL(filePath: log))
            if let store = try? open(directory) {
                // An undamaged log has the latest content of each page that is out of date in the older database.
                #expect(try BenchWorld(of: store) == whole && logDamage == .none)
                return try await store.close()
            }
            var store = try open(directory, acceptsLoss: true)
            let world = try BenchWorld(of: store)
            if let evidence { #expect(try Data(contentsOf: URL(filePath: log + ".damaged")) == evidence) }
            // Two processes, one after the other, end without closing the store.
            var last = directory
            for round in 1...2 {
                let next = "\(parent)/round\(round)"
                try FileManager.default.createDirectory(atPath: next, withIntermediateDirectories: true)
                try copy(last, to: next, of: store)
                try await store.close()
                store = try open(next)
                #expect(try BenchWorld(of: store) == world, "round \(round)")
                last = next
            }
            try await store.close()
            // The store in `directory` was closed. It opens without `acceptsLoss` as well.
            store = try open(directory)
            #expect(try BenchWorld(of: store) == world)
            try await store.close()
        }
    }

    /// SQLite has copied nothing of the log into the database yet.
    @Test(arguments: LogDamage.allCases.filter { $0 != .none })
    func `a new store also opens without acceptsLoss after one start has accepted the loss`(
        logDamage: LogDamage
    ) async throws {
        try await withTemporaryDirectory { parent in
            let (live, crashed) = (parent + "/live", parent + "/crashed")
            for made in [live, crashed] {
                try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: true)
            }
            var store = try open(live)
            try await Fixture.fill(store, followers: 100)
            try copy(live, to: crashed, of: store)
            try await store.close()
            try damage("\(crashed)/\(Disk.fileName)-wal", logDamage)
            #expect(throws: StoreOpenError.self) { try open(crashed) }
            store = try open(crashed, acceptsLoss: true)
            let world = try BenchWorld(of: store)
            let next = parent + "/next"
            try FileManager.default.createDirectory(atPath: next, withIntermediateDirectories: true)
            try copy(crashed, to: next, of: store)
            try await store.close()
            for directory in [next, crashed] {
                store = try open(directory)
                #expect(try BenchWorld(of: store) == world)
                try await store.close()
            }
        }
    }

    @Test(arguments: LogDamage.allCases.filter { $0 != .none && $0 != .removed })
    func `if a start is killed while it tries the store without the log, no additional change is lost`(
        logDamage: LogDamage
    ) async throws {
        try await withTemporaryDirectory { parent in
            let directory = try await crash(in: parent).directory
            let log = "/\(Disk.fileName)-wal"
            try damage(directory + log, logDamage)
            let killed = parent + "/killed"
            try FileManager.default.copyItem(atPath: directory, toPath: killed)
            // The killed start has given the log another name, and SQLite has made a new log.
            try FileManager.default.moveItem(atPath: killed + log, toPath: killed + log + ".aside")
            try Data().write(to: URL(filePath: killed + log))
            #expect(throws: StoreOpenError.self) { try open(killed) }
            try await open(directory, acceptsLoss: true).close()
            try await open(killed, acceptsLoss: true).close()
            var worlds: [BenchWorld] = []
            for path in [directory, killed] {
                let store = try open(path)
                worlds.append(try BenchWorld(of: store))
                try await store.close()
            }
            #expect(worlds[0] == worlds[1])
            let kept = try Data(contentsOf: URL(filePath: directory + log + ".damaged"))
            #expect(try Data(contentsOf: URL(filePath: killed + log + ".damaged")) == kept)
            #expect(!FileManager.default.fileExists(atPath: killed + log + ".aside"))
        }
    }

    /// After a loss of power, the mark can be older than the log, and then it names no log.
    @Test(arguments: [LogDamage.flipped, .beheaded])
    func `if a start is killed and the mark is old, the next start finds the damaged log`(
        damage: LogDamage
    ) async throws {
        try await withTemporaryDirectory { parent in
            let (directory, killed) = (try await crash(in: parent).directory, parent + "/killed")
            let path = "\(directory)/\(Disk.fileName)"
            try self.damage(path + "-wal", damage)
            try LogMarkFile(directory: directory).write(.none(Milestone(sequence: 1, generation: 0)), isSynced: true)
            let log = try LogAtStart(ofDatabase: path, in: directory, acceptsLoss: true)
            var calls = 0
            _ = try? log.opening { (_) throws(StoreOpenError) -> (store: Int, milestone: Milestone) in
                calls += 1
                // The second call tries the store without the log. The copy is what a killed process leaves.
                if calls == 2 { try? FileManager.default.copyItem(atPath: directory, toPath: killed) }
                throw .failed(file: path, why: "killed")
            }
            #expect(FileManager.default.fileExists(atPath: "\(killed)/\(Disk.fileName)-wal.aside"))
            #expect(throws: StoreOpenError.self) { try open(killed) }
            var worlds: [BenchWorld] = []
            for made in [directory, killed] {
                let store = try open(made, acceptsLoss: true)
                worlds.append(try BenchWorld(of: store))
                try await store.close()
            }
            #expect(worlds[0] == worlds[1])
        }
    }

    /// A leftover of an earlier start must not replace a log that a store has used since then.
    @Test(arguments: [false, true])
    func `a log that an earlier start has renamed does not replace the log of a store`(isClosed: Bool) async throws {
        try await withTemporaryDirectory { parent in
            let (live, killed) = (parent + "/live", parent + "/killed")
            for made in [live, killed] {
                try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: true)
            }
            let log = "/\(Disk.fileName)-wal"
            var store = try open(live)
            try await Fixture.fill(store, followers: 100)
            let old = try store.disk.database.inDatabase { _ in try Data(contentsOf: URL(filePath: live + log)) }
            try await store.close()
            store = try open(live)
            for number in 0..<6 {
                try await store.batchTagging(Fixture.list(number), tag: Fixture.tag, for: Fixture.appID)
            }
            try copy(live, to: killed, of: store)
            let world = try BenchWorld(of: store)
            try await store.close()
            let directory = isClosed ? live : killed
            try old.write(to: URL(filePath: directory + log + ".aside"))
            let next = try open(directory)
            #expect(try BenchWorld(of: next) == world)
            try await next.close()
            #expect(!FileManager.default.fileExists(atPath: directory + log + ".aside"))
            #expect(try Data(contentsOf: URL(filePath: directory + log + ".damaged")) == old)
        }
    }

    @Test func `the copy of a second damaged log does not overwrite the copy of the first`() async throws {
        try await withTemporaryDirectory { parent in
            let directory = try await crash(in: parent).directory
            let log = "\(directory)/\(Disk.fileName)-wal"
            let pristine = try Self.names.map { try Data(contentsOf: URL(filePath: "\(directory)/\($0)")) }
            var evidence: [Data] = []
            for place in [32 + 24 + 100, 32 + 24 + 4096 + 24 + 200] {
                for (name, content) in zip(Self.names, pristine) {
                    try content.write(to: URL(filePath: "\(directory)/\(name)"))
                }
                var damaged = pristine[1]
                damaged[place] ^= 1
                try damaged.write(to: URL(filePath: log))
                evidence.append(damaged)
                try await open(directory, acceptsLoss: true).close()
            }
            #expect(try Data(contentsOf: URL(filePath: log + ".damaged")) == evidence[0])
            #expect(try Data(contentsOf: URL(filePath: log + ".damaged-2")) == evidence[1])
        }
    }

    @Test func `if a refused start has already copied the log, the next start does not copy it again`() async throws {
        try await withTemporaryDirectory { parent in
            let directory = try await crash(in: parent).directory
            let database = URL(filePath: "\(directory)/\(Disk.fileName)")
            try damage(database.path + "-wal", .beheaded)
            var pages = try Data(contentsOf: database)
            for place in 4096..<pages.count { pages[place] ^= 0x5A }
            try pages.write(to: database)
            for _ in 0..<3 { #expect(throws: StoreOpenError.self) { try open(directory, acceptsLoss: true) } }
            let copies = try FileManager.default.contentsOfDirectory(atPath: directory)
                .filter { $0.contains("damaged") || $0.contains("aside") }
            #expect(copies == [Disk.fileName + "-wal.damaged"])
            #expect(try Data(contentsOf: database) == pages)
        }
    }

    /// SQLite had copied the whole log into the database, and then a bit of the log flipped.
    @Test func `a damaged log causes no loss if the database already has the changes of the log`() async throws {
        try await withTemporaryDirectory { parent in
            let (live, crashed) = (parent + "/live", parent + "/crashed")
            for made in [live, crashed] {
                try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: true)
            }
            let store = try EmbeddedTagStore(directory: live, logger: .quiet)
            try await Fixture.fill(store, followers: 100)
            for number in 0..<12 {
                try await store.batchTagging(Fixture.list(number), tag: Fixture.tag, for: Fixture.appID)
                _ = try await store.add([
                    CounterAddition(appID: Fixture.appID, name: "/count", period: 1, step: 1)
                ])
            }
            store.checkpoint()
            try copy(live, to: crashed, of: store)
            let world = try BenchWorld(of: store)
            try await store.close()
            let log = "\(crashed)/\(Disk.fileName)-wal"
            var bytes = try Data(contentsOf: URL(filePath: log))
            bytes[bytes.count - 8 * (4096 + 24)] ^= 1
            try bytes.write(to: URL(filePath: log))
            #expect(throws: StoreOpenError.self) { try open(crashed) }
            let accepted = try open(crashed, acceptsLoss: true)
            #expect(try BenchWorld(of: accepted) == world)
            try await accepted.close()
            let closed = try open(crashed)
            #expect(try BenchWorld(of: closed) == world)
            try await closed.close()
        }
    }
}
