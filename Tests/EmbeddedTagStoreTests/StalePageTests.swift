import Foundation
import GRDB
import OfficialAccount
import TagStore
import TagStoreConformance
import Testing

@testable import EmbeddedTagStore

/// A disk can report a page as written and keep an older content of the page. The rows on this page are then complete,
/// but older than the rows that the store wrote last.
@Suite struct StalePageTests {
    private static let pageSize = 4096

    /// The files of a closed store, and every earlier content of each page of the database.
    private struct Recording {
        let database: Data
        let mark: Data
        let world: World
        let older: [(page: Int, content: Data)]
    }

    private static let component = AppID("wxfe12dc34ba567890")

    /// Everything that a store holds.
    private struct World: Equatable {
        var records: [StateRecord] = []
        let components: [Component]

        init(of store: EmbeddedTagStore) async throws {
            components = store.components()
            for try await record in try store.exportState(of: nil) { records.append(record) }
        }
    }

    private func fingerprint(_ byte: Int) throws -> Fingerprint {
        try #require(Fingerprint([UInt8](repeating: UInt8(byte), count: Fingerprint.length)))
    }

    /// Makes changes of every kind. Then SQLite copies its log into the database.
    private func change(_ store: EmbeddedTagStore, round: Int) async throws {
        // The later rounds only change rows in place. So no index of SQLite shows whether a page holds the earlier or
        // the later content of such a row.
        if round < 3 {
            let other = AppID("wx000000000000000\(2 + round % 2)")
            try? await store.deleteAccount(other)
            try await store.createAccount(
                Account(appID: other, kind: .service, isCertified: true, secret: try fingerprint(round)))
        }
        var settings = AccountChange()
        settings.allowedAddresses = ["192.0.2.\(round)"]
        try await store.updateAccount(Fixture.appID, settings)
        try await store.changeComponent(Self.component, account: Fixture.appID) { (component, _) throws(Refusal) in
            component.settings.redirectHosts = ["host\(round)"]
        }
        for number in 0..<4 {
            try await store.batchTagging(
                Fixture.list(round * 4 + number), tag: Fixture.tag, for: Fixture.appID)
        }
        try await store.issueToken(
            NewToken(fingerprint: try fingerprint(round + 1), secret: try fingerprint(7)), for: Fixture.appID,
            at: Fixture.now + Int64(round), rules: TokenRules())
        try await store.setRemark("round \(round)", of: Fixture.follower(round), for: Fixture.appID)
        _ = try await store.add([CounterAddition(appID: Fixture.appID, name: "/count", period: 1, step: 1)])
        let tag = try await store.createTag(named: "tag \(round)", id: nil, for: Fixture.appID)
        if round.isMultiple(of: 2) { try await store.deleteTag(tag, for: Fixture.appID) }
        store.checkpoint()
    }

    private func record() async throws -> Recording {
        try await withWatchedDirectory { directory in
            directory.record()
            var options = EmbeddedTagStore.Options(directorySeed: 1)
            options.checkpointThreshold = 400
            var store = try EmbeddedTagStore(directory: directory.path, options: options, logger: .quiet)
            try await Fixture.fill(store, followers: 300)
            try await store.createComponent(
                Component(appID: Self.component, secret: try fingerprint(1), settings: ComponentSettings()))
            for round in 0..<4 { try await change(store, round: round) }
            try await store.close()
            store = try EmbeddedTagStore(directory: directory.path, options: options, logger: .quiet)
            for round in 4..<8 { try await change(store, round: round) }
            let world = try await World(of: store)
            try await store.close()
            let file = URL(filePath: directory.path + "/" + Disk.fileName)
            let database = try Data(contentsOf: file)
            return Recording(
                database: database, mark: try Data(contentsOf: URL(filePath: directory.path + "/" + LogMark.fileName)),
                world: world, older: Self.older(directory.log(), than: database))
        }
    }

    /// Returns the earlier contents of each page. The content of a page before its first write is zeros.
    private static func older(_ log: [RecordedOperation], than database: Data) -> [(page: Int, content: Data)] {
        var contents: [Int: Set<Data>] = [:]
        for operation in log where operation.file == Disk.fileName {
            guard case .write(let bytes, let offset) = operation.change else { continue }
            for start in stride(from: 0, to: bytes.count - pageSize + 1, by: pageSize) {
                contents[(offset + start) / pageSize, default: [Data(count: pageSize)]]
                    .insert(Data(bytes[start..<start + pageSize]))
            }
        }
        return contents.sorted { $0.key < $1.key }.flatMap { page, contents in
            let present = database.dropFirst(page * pageSize).prefix(pageSize)
            return contents.filter { present.count == pageSize && $0 != present }.map { (page, $0) }
        }
    }

    @Test func `a store refuses a database with an older content of one page, or opens it without any loss`()
        async throws
    {
        let recording = try await record()
        #expect(recording.older.count > 60, "the run writes few pages twice: \(recording.older.count)")
        var refused = 0
        try await withTemporaryDirectory { directory in
            let file = URL(filePath: directory + "/" + Disk.fileName)
            for (page, content) in recording.older {
                var stale = recording.database
                stale.replaceSubrange(page * Self.pageSize..<(page + 1) * Self.pageSize, with: content)
                try stale.write(to: file)
                try recording.mark.write(to: URL(filePath: directory + "/" + LogMark.fileName))
                try? FileManager.default.removeItem(atPath: file.path + "-wal")
                do throws(StoreOpenError) {
                    let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
                    let world = try? await World(of: store)
                    #expect(world == recording.world, "page \(page)")
                    try? await store.close()
                } catch {
                    refused += 1
                    #expect((try? Data(contentsOf: file)) == stale, "a refused file was changed")
                }
            }
        }
        #expect(refused > recording.older.count / 2, "\(refused) of \(recording.older.count)")
    }

    @Test func `a whole database of an earlier moment is refused, also if no record of the journal is missing`()
        async throws
    {
        try await withTemporaryDirectory { directory in
            let file = URL(filePath: directory + "/" + Disk.fileName)
            let older = try await Fixture.closedDatabase(in: directory, followers: 100)
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            // Setting a remark writes no record of the journal.
            try await store.setRemark("a remark", of: Fixture.follower(1), for: Fixture.appID)
            try await store.close()
            #expect(try Data(contentsOf: file).count == older.count, "the older file has the same size")
            try older.write(to: file)
            #expect(throws: StoreOpenError.self) { try EmbeddedTagStore(directory: directory, logger: .quiet) }
        }
    }

    @Test func `a store adds the missing totals to a file of an earlier version, and opens this file`() async throws {
        try await withTemporaryDirectory { directory in
            var store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            try await Fixture.fill(store, followers: 5000)
            try await store.setRemark("a remark", of: Fixture.follower(1), for: Fixture.appID)
            let before = try await World(of: store)
            try await store.close()
            try EarlierVersion.make(of: directory)
            store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            #expect(try await World(of: store) == before)
            try await store.setRemark("another", of: Fixture.follower(1), for: Fixture.appID)
            try await store.close()
            try await EmbeddedTagStore(directory: directory, logger: .quiet).close()
        }
    }
}
