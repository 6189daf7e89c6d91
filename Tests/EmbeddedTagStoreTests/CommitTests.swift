import Foundation
import GRDB
import OfficialAccount
import Synchronization
import TagStore
import TagStoreConformance
import Testing

@testable import EmbeddedTagStore

/// Tests how the store writes the changes of calls to the disk, in one transaction after another.
@Suite struct CommitTests {
    private struct DiskBroke: Error {}

    private func withStore(
        conflicts: ConflictPolicy = .refuse, followers: Int = 200,
        _ body: (EmbeddedTagStore, CommitGate, String) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let gate = CommitGate()
            var options = EmbeddedTagStore.Options()
            options.conflicts = conflicts
            options.willCommit = gate.passage
            let store = try EmbeddedTagStore(directory: directory, options: options, logger: .quiet)
            try await Fixture.fill(store, followers: followers)
            try await body(store, gate, directory)
            try await store.close()
        }
    }

    private func carriers(_ tag: TagID, in store: EmbeddedTagStore) throws -> [OpenID] {
        try store.followers(carrying: tag, after: nil, for: Fixture.appID)
    }

    @Test func `readers and callers see a change only after it is on disk`() async throws {
        try await withStore { store, gate, _ in
            gate.close()
            async let tagging: Void = store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
            await gate.arrival()
            #expect(try carriers(Fixture.tag, in: store) == [])
            #expect(store.tags(of: Fixture.appID).allSatisfy { $0.count == 0 })
            gate.open()
            try await tagging
            #expect(try carriers(Fixture.tag, in: store) == [Fixture.follower(1)])
        }
    }

    @Test func `a call that shares a follower with a call in flight gets 45169 and applies nothing`() async throws {
        try await withStore { store, gate, _ in
            gate.close()
            async let first: Void = store.batchTagging(Fixture.list(1, 2), tag: Fixture.tag, for: Fixture.appID)
            await gate.arrival()
            let refused = await refusal { () throws(Refusal) in
                try await store.batchTagging(Fixture.list(3, 2), tag: Fixture.otherTag, for: Fixture.appID)
            }
            #expect(refused?.code == .concurrentChange)
            #expect(refused?.reason.contains(Fixture.follower(2).description) == true)
            gate.open()
            try await first
            try await store.batchTagging(Fixture.list(3, 2), tag: Fixture.otherTag, for: Fixture.appID)
            #expect(try carriers(Fixture.otherTag, in: store) == [Fixture.follower(2), Fixture.follower(3)])
        }
    }

    @Test func `the store answers 45159 to a waiting call whose tag is deleted, and releases the call's followers`()
        async throws
    {
        try await withStore { store, gate, _ in
            gate.close()
            async let deletion: Void = store.deleteTag(Fixture.tag, for: Fixture.appID)
            await gate.arrival()
            async let tagging = refusal { () throws(Refusal) in
                try await store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
            }
            async let untagging = refusal { () throws(Refusal) in
                try await store.batchUntagging(Fixture.list(2), tag: Fixture.tag, for: Fixture.appID)
            }
            while store.shared.state.withLock({ $0.queue.count }) < 2 { await Task.yield() }
            gate.open()
            try await deletion
            let refusals = await [tagging, untagging]
            #expect(refusals.map { $0?.code } == [.invalidTagID, .invalidTagID])
            #expect(refusals[0]?.reason.contains("deleted while the call was under way") == true)
            try await store.batchTagging(Fixture.list(1, 2), tag: Fixture.otherTag, for: Fixture.appID)
            #expect(try carriers(Fixture.otherTag, in: store).count == 2)
        }
    }

    @Test func `a store that lets calls wait applies them one after the other`() async throws {
        try await withStore(conflicts: .wait) { store, gate, _ in
            gate.close()
            async let first: Void = store.batchTagging(Fixture.list(1, 2), tag: Fixture.tag, for: Fixture.appID)
            await gate.arrival()
            async let second: Void = store.batchTagging(Fixture.list(3, 2), tag: Fixture.otherTag, for: Fixture.appID)
            async let third: Void = store.batchTagging(Fixture.list(2), tag: .starred, for: Fixture.appID)
            gate.open()
            try await first
            try await second
            try await third
            #expect(
                try store.tagIDs(of: Fixture.follower(2), for: Fixture.appID) == [
                    .starred, Fixture.tag, Fixture.otherTag,
                ])
        }
    }

    @Test func `the store writes in one transaction all changes that arrive while it syncs the disk`() async throws {
        try await withStore(followers: 5000) { store, gate, _ in
            gate.close()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await store.batchTagging(Fixture.list(0), tag: Fixture.tag, for: Fixture.appID)
                }
                await gate.arrival()
                for number in 1...100 {
                    group.addTask {
                        try await store.batchTagging(
                            Fixture.list(number), tag: Fixture.tag, for: Fixture.appID)
                    }
                }
                while store.waitingChanges < 100 { await Task.yield() }
                let before = store.lastSequence
                gate.open()
                try await group.waitForAll()
                #expect(store.lastSequence == before + 2)
            }
        }
    }

    @Test func `a failed transaction applies nothing and frees its followers, and the next transaction can succeed`()
        async throws
    {
        try await withStore { store, gate, _ in
            gate.fail(with: DiskBroke())
            let refused = await refusal { () throws(Refusal) in
                try await store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
            }
            #expect(refused?.code == .systemError)
            #expect(store.condition != .writable)
            #expect(try carriers(Fixture.tag, in: store) == [])
            gate.fail(with: nil)
            try await store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
            #expect(store.condition == .writable)
            #expect(try carriers(Fixture.tag, in: store) == [Fixture.follower(1)])
        }
    }

    @Test func `a store becomes writable again after a failure if a caller reads the store's condition`() async throws {
        try await withStore { store, gate, _ in
            gate.fail(with: DiskBroke())
            _ = await refusal { () throws(Refusal) in
                try await store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
            }
            for _ in 0..<3 { #expect(store.condition != .writable) }
            gate.fail(with: nil)
            while store.condition != .writable { await Task.yield() }
            try await store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
        }
    }

    @Test func `a commit of unknown outcome makes the store refuse changes but serve reads`() async throws {
        try await withStore { store, gate, _ in
            try await store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
            gate.fail(with: DatabaseError(resultCode: .SQLITE_IOERR, message: "disk I/O error"))
            for _ in 0..<2 {
                let refused = await refusal { () throws(Refusal) in
                    try await store.batchTagging(Fixture.list(2), tag: Fixture.tag, for: Fixture.appID)
                }
                #expect(refused?.code == .systemError)
                gate.fail(with: nil)
            }
            let other = await refusal { () throws(Refusal) in
                _ = try await store.createTag(named: "three", id: nil, for: Fixture.appID)
            }
            #expect(other?.code == .systemError)
            #expect(store.condition != .writable)
            #expect(try carriers(Fixture.tag, in: store) == [Fixture.follower(1)])
        }
    }

    /// The test limits the number of pages of the database, so that SQLite reports a full disk.
    @Test func `a store on a full disk refuses changes until the disk has room again`() async throws {
        try await withStore(followers: 5000) { store, _, directory in
            try await store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
            try store.limitPages(toPresent: true)
            var refused: Refusal?
            var applied = 0
            for number in 2..<5000 where refused == nil {
                refused = await refusal { () throws(Refusal) in
                    try await store.batchTagging(Fixture.list(number), tag: Fixture.tag, for: Fixture.appID)
                }
                if refused == nil { applied += 1 }
            }
            #expect(refused?.code == .systemError)
            #expect(refused?.reason.contains("full") == true)
            #expect(try carriers(Fixture.tag, in: store).count == applied + 1)
            try store.limitPages(toPresent: false)
            try await store.batchTagging(Fixture.list(4999), tag: Fixture.tag, for: Fixture.appID)
            #expect(store.condition == .writable)
        }
    }

    /// The fault begins at each write of a commit in turn.
    @Test(arguments: [Fault.Mode.full, .quota])
    func `a store takes changes again after a lack of room, whichever write of the commit failed`(
        mode: Fault.Mode
    ) async throws {
        try await withWatchedDirectory { directory in
            let store = try EmbeddedTagStore(directory: directory.path, logger: .quiet)
            try await Fixture.fill(store, followers: 40)
            var tagged: [OpenID] = []
            for nth in 1...12 {
                let before = directory.strikes
                directory.plan(Fault(kind: .write, mode: mode, lasts: true, nth: nth))
                let refused = await refusal { () throws(Refusal) in
                    try await store.batchTagging(Fixture.list(nth), tag: Fixture.tag, for: Fixture.appID)
                }
                let isStruck = directory.strikes > before
                directory.heal()
                #expect(refused?.code == (isStruck ? .systemError : nil), "write \(nth)")
                if refused == nil { tagged.append(Fixture.follower(nth)) }
                try await store.batchTagging(Fixture.list(nth + 20), tag: Fixture.tag, for: Fixture.appID)
                tagged.append(Fixture.follower(nth + 20))
                #expect(store.condition == .writable)
            }
            #expect(tagged.count < 24, "no write failed")
            #expect(Set(try carriers(Fixture.tag, in: store)) == Set(tagged))
            try await store.close()
            let reopened = try EmbeddedTagStore(directory: directory.path, logger: .quiet)
            #expect(Set(try carriers(Fixture.tag, in: reopened)) == Set(tagged))
            try await reopened.close()
        }
    }

    @Test func `a closing store writes the changes that it has accepted and refuses later changes`() async throws {
        try await withTemporaryDirectory { directory in
            let gate = CommitGate()
            var options = EmbeddedTagStore.Options()
            options.willCommit = gate.passage
            let store = try EmbeddedTagStore(directory: directory, options: options, logger: .quiet)
            try await Fixture.fill(store, followers: 10)
            gate.close()
            async let tagging: Void = store.batchTagging(Fixture.list(1), tag: Fixture.tag, for: Fixture.appID)
            await gate.arrival()
            async let closing: Void = store.close()
            while !store.isClosing { await Task.yield() }
            let late = await refusal { () throws(Refusal) in
                try await store.batchTagging(Fixture.list(2), tag: Fixture.tag, for: Fixture.appID)
            }
            #expect(late?.code == .systemError)
            gate.open()
            try await tagging
            try await closing
            let reopened = try EmbeddedTagStore(directory: directory, logger: .quiet)
            #expect(try carriers(Fixture.tag, in: reopened) == [Fixture.follower(1)])
            try await reopened.close()
        }
    }

    @Test func `SQLite syncs every commit to disk`() async throws {
        try await withStore { store, _, _ async throws in
            #expect(try store.pragma("synchronous") == "2")
            #expect(try store.pragma("journal_mode") == "wal")
        }
    }
}
