import Foundation
import GRDB
import OfficialAccount
import TagStore
import TagStoreConformance
import Testing

@testable import EmbeddedTagStore

/// Tests starts on a disk without room. The log holds frames of refused changes, so SQLite must copy the log into the
/// database file before the store writes.
@Suite struct RoomAtStartTests {
    private static let tagged = (1...12).map(Fixture.follower)

    /// Calls `body` with a copy of a store's files, as a kill would leave them after the disk was full for two changes.
    private func withRemains(
        _ body: (_ directory: WatchedDirectory, _ killed: String) async throws -> Void
    ) async throws {
        try await withWatchedDirectory { directory in
            let (live, killed) = (directory.path + "/live", directory.path + "/killed")
            try FileManager.default.createDirectory(atPath: live, withIntermediateDirectories: true)
            let store = try EmbeddedTagStore(directory: live, logger: .quiet)
            try await Fixture.fill(store, followers: 100)
            for number in 1...12 {
                try await store.batchTagging(Fixture.list(number), tag: Fixture.tag, for: Fixture.appID)
            }
            // The second change overwrites only some of the frames that the first change has left in the log.
            for (nth, first) in [(41, 10_000), (13, 20_000)] {
                directory.plan(Fault(kind: .write, mode: .full, lasts: true, nth: nth))
                let refused = await refusal { () throws(Refusal) in
                    _ = try await store.follow(
                        (first..<first + 5000).map(Fixture.follower), of: Fixture.appID, at: Fixture.now)
                }
                directory.heal()
                #expect(refused?.code == .systemError)
            }
            try await store.disk.database.read { _ in try FileManager.default.copyItem(atPath: live, toPath: killed) }
            try await store.close()
            try await body(directory, killed)
        }
    }

    private func log(in directory: String) throws -> Data {
        try Data(contentsOf: URL(filePath: "\(directory)/\(Disk.fileName)-wal"))
    }

    private func hasRemains(_ directory: String) throws -> Bool {
        try WriteAheadLog(besideDatabase: Disk.path(in: directory)).hasRemains
    }

    private func carriers(in store: EmbeddedTagStore) throws -> [OpenID] {
        try store.followers(carrying: Fixture.tag, after: nil, for: Fixture.appID)
    }

    @Test(arguments: [Fault.Mode.full, .quota])
    func `a start without room serves reads, and the store takes changes as soon as there is room`(
        mode: Fault.Mode
    ) async throws {
        try await withRemains { directory, killed in
            let before = try log(in: killed)
            #expect(try hasRemains(killed))
            directory.plan(Fault(kind: .write, mode: mode, lasts: true, nth: 1))
            for start in 1...2 {
                let store = try EmbeddedTagStore(directory: killed, logger: .quiet)
                #expect(store.condition != .writable, "start \(start)")
                #expect(try carriers(in: store) == Self.tagged)
                let refused = await refusal { () throws(Refusal) in
                    try await store.batchTagging(Fixture.list(20), tag: Fixture.tag, for: Fixture.appID)
                }
                #expect(refused?.code == .systemError)
                #expect(store.condition != .writable)
                try? await store.close()
                #expect(try log(in: killed) == before, "start \(start)")
            }
            let store = try EmbeddedTagStore(directory: killed, logger: .quiet)
            directory.heal()
            while store.condition != .writable { await Task.yield() }
            try await store.batchTagging(Fixture.list(30), tag: Fixture.tag, for: Fixture.appID)
            let killedAgain = directory.path + "/killed again"
            try await store.disk.database.read { _ in
                try FileManager.default.copyItem(atPath: killed, toPath: killedAgain)
            }
            try await store.close()
            #expect(try !hasRemains(killedAgain))
            for path in [killed, killedAgain] {
                let reopened = try EmbeddedTagStore(directory: path, logger: .quiet)
                #expect(reopened.condition == .writable)
                #expect(try carriers(in: reopened) == Self.tagged + [Fixture.follower(30)])
                try await reopened.close()
            }
        }
    }

    @Test func `the first change after a start without room succeeds if there is room by then`() async throws {
        try await withRemains { directory, killed in
            directory.plan(Fault(kind: .write, mode: .full, lasts: true, nth: 1))
            let store = try EmbeddedTagStore(directory: killed, logger: .quiet)
            directory.heal()
            try await store.batchTagging(Fixture.list(30), tag: Fixture.tag, for: Fixture.appID)
            #expect(store.condition == .writable)
            try await store.close()
        }
    }

    @Test func `any other failure to copy the log still ends the start`() async throws {
        try await withRemains { directory, killed in
            directory.plan(Fault(kind: .write, mode: .error, lasts: true, nth: 1))
            #expect(throws: StoreOpenError.self) { try EmbeddedTagStore(directory: killed, logger: .quiet) }
            directory.heal()
            let store = try EmbeddedTagStore(directory: killed, logger: .quiet)
            #expect(try carriers(in: store) == Self.tagged)
            try await store.close()
        }
    }

    @Test(arguments: [Fault.Mode.full, .quota], [false, true])
    func `a start that accepts a loss needs room for the log, and says how much`(
        mode: Fault.Mode, isCut: Bool
    ) async throws {
        try await withRemains { directory, killed in
            guard case .frames(let frames) = try WriteAheadLog(besideDatabase: Disk.path(in: killed)).content else {
                Issue.record("the log is unreadable")
                return
            }
            var damaged = try log(in: killed)
            let end = WriteAheadLog.headSize + (frames.committed - 8) * (WriteAheadLog.frameHeadSize + 4096)
            if isCut { damaged = damaged.prefix(end) } else { damaged[end - 1] ^= 1 }
            try damaged.write(to: URL(filePath: "\(killed)/\(Disk.fileName)-wal"))
            var options = EmbeddedTagStore.Options()
            options.acceptsLoss = true
            directory.plan(Fault(kind: .write, mode: mode, lasts: true, nth: 1))
            var reason: String?
            do throws(StoreOpenError) {
                _ = try EmbeddedTagStore(directory: killed, options: options, logger: .quiet)
            } catch {
                reason = error.description
            }
            directory.heal()
            #expect(reason?.contains("make room for \(damaged.count) bytes") == true)
            #expect(try log(in: killed) == damaged)
            #expect(throws: StoreOpenError.self, "only a start with the option accepts the loss") {
                try EmbeddedTagStore(directory: killed, logger: .quiet)
            }
            let store = try EmbeddedTagStore(directory: killed, options: options, logger: .quiet)
            let left = try carriers(in: store).count
            #expect((1..<12).contains(left))
            try await store.close()
        }
    }
}
