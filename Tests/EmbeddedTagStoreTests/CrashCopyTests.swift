import Foundation
import GRDB
import Logging
import OfficialAccount
import Synchronization
import TagStore
import TagStoreConformance
import Testing

@testable import EmbeddedTagStore

/// A crash leaves the files in their state at the moment of the crash. So the tests copy the files at many moments.
/// Each copy must open with all acknowledged changes. An unfinished change must not damage the copy.
@Suite struct CrashCopyTests {
    /// Copies the files of a store. The caller must stop the writer first, so that the files do not change during the
    /// copying.
    private static func copy(_ directory: String) throws -> String {
        let copy = directory + "-copy-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        for name in ["/" + Disk.fileName, "/" + Disk.fileName + "-wal", "/" + LogMark.fileName]
        where FileManager.default.fileExists(atPath: directory + name) {
            try FileManager.default.copyItem(atPath: directory + name, toPath: copy + name)
        }
        return copy
    }

    /// Copies the files of a store between two transactions.
    private static func copy(_ directory: String, of store: EmbeddedTagStore) throws -> String {
        try store.disk.database.read { _ in try copy(directory) }
    }

    @Test(arguments: [64, 2000])
    func `a copy after any change opens with all changes up to that change`(checkpointThreshold: Int) async throws {
        var options = EmbeddedTagStore.Options(directorySeed: 1)
        options.checkpointThreshold = checkpointThreshold
        try await withTemporaryDirectory { directory in
            let tested = try await TestedStore.embedded(in: directory, options: options)
            var step = 0
            var run = RandomRun(seed: 99, steps: 240)
            try await run.run(on: tested) { model in
                step += 1
                guard step.isMultiple(of: 4) else { return }
                let store = try #require(await tested.store as? EmbeddedTagStore)
                let copy = try Self.copy(directory, of: store)
                defer { try? FileManager.default.removeItem(atPath: copy) }
                let crashed = try EmbeddedTagStore(directory: copy, options: options, logger: .quiet)
                try await model.compare(with: crashed)
                try await crashed.close()
            }
            try await tested.close()
        }
    }

    /// The store removes a deleted tag from one chunk of followers at a time, while other changes go on.
    @Test func `a tag whose removal is under way is gone for all readers, also after a crash`() async throws {
        var options = EmbeddedTagStore.Options(directorySeed: 1)
        options.checkpointThreshold = 64
        options.chunksPerSweep = 1
        let appID = AppID("wx0000000000000001")
        func follower(_ number: Int) -> OpenID { .numbered("oSweep", number) }
        try await withTemporaryDirectory { directory in
            let store = try EmbeddedTagStore(directory: directory, options: options, logger: .quiet)
            try await store.createAccount(
                Account(
                    appID: appID, kind: .service, isCertified: true,
                    secret: try #require(Fingerprint([UInt8](repeating: 1, count: 32)))))
            let everyone = (0..<40_000).map(follower)
            try await store.follow(everyone, of: appID, at: UnixTime(seconds: 1))
            let carriers = stride(from: 0, to: 40_000, by: 500).map { everyone[$0] }
            for round in 0..<12 {
                let tag = try await store.createTag(named: "tag", id: nil, for: appID)
                #expect(store.tags(of: appID).last?.count == 0, "round \(round)")
                for start in stride(from: 0, to: carriers.count, by: 40) {
                    try await store.batchTagging(OpenIDList(Array(carriers[start..<start + 40])), tag: tag, for: appID)
                }
                try await store.unfollow([carriers[round]], of: appID)
                try await store.deleteTag(tag, for: appID)
                #expect(try store.tagIDs(of: carriers[79], for: appID) == [])
                try await store.follow([carriers[round]], of: appID, at: UnixTime(seconds: 2))
                #expect(try store.tagIDs(of: carriers[round], for: appID) == [])

                let copy = try Self.copy(directory, of: store)
                defer { try? FileManager.default.removeItem(atPath: copy) }
                let crashed = try EmbeddedTagStore(directory: copy, options: options, logger: .quiet)
                let next = try await crashed.createTag(named: "next", id: nil, for: appID)
                #expect(crashed.tags(of: appID).map(\.count) == [0, 0], "round \(round)")
                for carrier in carriers { #expect(try crashed.tagIDs(of: carrier, for: appID) == []) }
                #expect(try crashed.followers(carrying: next, after: nil, for: appID) == [])
                try await crashed.close()
            }
            try await store.close()
        }
    }

    /// The test makes some copies during a checkpoint. At that time the store has saved some chunks, but not yet cut
    /// the journal.
    @Test func `a copy made during a transaction opens with the state before the transaction`() async throws {
        try await withTemporaryDirectory { directory in
            let copies = Mutex<[String]>([])
            let isWatched = Mutex(false)
            var options = EmbeddedTagStore.Options()
            options.checkpointThreshold = 4000
            options.willCommit = {
                guard isWatched.withLock({ $0 }) else { return }
                let copy = try Self.copy(directory)
                copies.withLock { $0.append(copy) }
            }
            let store = try EmbeddedTagStore(directory: directory, options: options, logger: .quiet)
            try await Fixture.fill(store, followers: 40_000)
            isWatched.withLock { $0 = true }
            for number in 0..<40 {
                let openIDs = (0..<50).map { Fixture.follower(number * 50 + $0 * 700) }
                try await store.batchTagging(OpenIDList(openIDs), tag: Fixture.tag, for: Fixture.appID)
            }
            try await store.close()
            let taken = copies.withLock { $0 }
            defer { for copy in taken { try? FileManager.default.removeItem(atPath: copy) } }
            #expect(taken.count >= 40)
            var last = 0
            for copy in taken {
                let crashed = try EmbeddedTagStore(directory: copy, options: .init(), logger: .quiet)
                let count = try #require(crashed.tags(of: Fixture.appID).first { $0.id == Fixture.tag }).count
                let listed = try crashed.followers(carrying: Fixture.tag, after: nil, for: Fixture.appID).count
                #expect(count == listed && count >= last)
                last = count
                try await crashed.close()
            }
        }
    }

    @Test func `the store later saves the chunks that a failed transaction did not save`() async throws {
        struct DiskBroke: Error {}
        try await withTemporaryDirectory { directory in
            let commits = Mutex(0)
            let isFailing = Mutex(false)
            var options = EmbeddedTagStore.Options()
            options.checkpointThreshold = 30
            options.willCommit = {
                let number = commits.withLock { number in
                    number += 1
                    return number
                }
                if isFailing.withLock({ $0 }), !number.isMultiple(of: 3) { throw DiskBroke() }
            }
            let store = try EmbeddedTagStore(directory: directory, options: options, logger: .quiet)
            try await Fixture.fill(store, followers: 90_000)
            isFailing.withLock { $0 = true }
            // Tags one follower of each chunk, and repeats each call until the write succeeds.
            for number in stride(from: 0, to: 90_000, by: FollowerChunk.capacity) {
                while await refusal(of: { () throws(Refusal) in
                    try await store.batchTagging(Fixture.list(number), tag: Fixture.tag, for: Fixture.appID)
                }) != nil {}
            }
            isFailing.withLock { $0 = false }
            let expected = try store.followers(carrying: Fixture.tag, after: nil, for: Fixture.appID)
            try await store.close()
            #expect(expected.count == 22)
            let reopened = try EmbeddedTagStore(directory: directory, logger: .quiet)
            #expect(try reopened.followers(carrying: Fixture.tag, after: nil, for: Fixture.appID) == expected)
            try await reopened.close()
        }
    }

    @Test func `the store cuts the journal after it has saved the changes of the journal in the chunks`() async throws {
        try await withTemporaryDirectory { directory in
            var options = EmbeddedTagStore.Options()
            options.checkpointThreshold = 10_000
            let store = try EmbeddedTagStore(directory: directory, options: options, logger: .quiet)
            try await Fixture.fill(store, followers: 9000)
            for round in 0..<400 {
                let openIDs = (0..<50).map { Fixture.follower((round * 50 + $0) % 9000) }
                try await store.batchTagging(
                    OpenIDList(openIDs), tag: round < 180 ? Fixture.tag : Fixture.otherTag, for: Fixture.appID)
            }
            let before = store.tags(of: Fixture.appID)
            try await store.close()
            let journal = try FileManager.default.attributesOfItem(atPath: directory + "/" + Disk.fileName)
            #expect((journal[.size] as? Int ?? .max) < 4_000_000)
            let reopened = try EmbeddedTagStore(directory: directory, options: options, logger: .quiet)
            #expect(reopened.replayedJournalBytes < 40_000)
            #expect(reopened.tags(of: Fixture.appID) == before)
            try await reopened.close()
        }
    }
}
