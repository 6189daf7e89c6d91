import Foundation
import GRDB
import OfficialAccount
import TagStore
import TagStoreConformance
import Testing

@testable import EmbeddedTagStore

@Suite struct DamageTests {
    /// Calls `body` with the directory and the database file of a closed store that has rows in every table.
    private func withFile(_ body: (_ directory: String, _ file: String) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            var options = EmbeddedTagStore.Options()
            options.checkpointThreshold = 8000
            let store = try EmbeddedTagStore(directory: directory, options: options, logger: .quiet)
            try await Fixture.fill(store, followers: 5000)
            for start in stride(from: 0, to: 5000, by: 50) {
                try await store.batchTagging(
                    OpenIDList((start..<start + 50).map(Fixture.follower)), tag: Fixture.tag, for: Fixture.appID)
            }
            guard let fingerprint = Fingerprint([UInt8](repeating: 7, count: 32)) else { return }
            try await store.issueToken(
                NewToken(fingerprint: fingerprint, secret: fingerprint), for: Fixture.appID, at: Fixture.now,
                rules: TokenRules())
            try await store.close()
            try await body(directory, directory + "/" + Disk.fileName)
        }
    }

    private func openError(_ directory: String) -> StoreOpenError? {
        do throws(StoreOpenError) {
            _ = try EmbeddedTagStore(directory: directory, logger: .quiet)
            return nil
        } catch {
            return error
        }
    }

    private func isDamage(_ error: StoreOpenError?) -> Bool {
        if case .damaged = error { true } else { false }
    }

    @Test func `an undamaged file opens`() async throws {
        try await withFile { directory, file in
            let rows = try await DatabaseQueue(path: file).read { db in
                try ["account", "tag", "token", "follower_chunk", "word_chunk", "checkpoint", "journal"].map {
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? 0
                }
            }
            #expect(rows.allSatisfy { $0 > 0 }, "the tests below need rows in every table: \(rows)")
            #expect(openError(directory) == nil)
        }
    }

    @Test(arguments: [
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'certified', 'certifiud')",
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'seal', 'seat')",
        "UPDATE account SET certified = 0", "UPDATE account SET next_tag_id = 100", "DELETE FROM account",
        "DELETE FROM tag WHERE id = 101", "DELETE FROM token", "DELETE FROM row_total WHERE name = 'token'",
        "UPDATE row_total SET count = count + 1 WHERE name = 'tag'",
        "DELETE FROM follower_chunk; DELETE FROM word_chunk",
        "UPDATE tag SET name = 'three' WHERE id = 101", "UPDATE tag SET slot = 5 WHERE id = 101",
        "UPDATE tag SET account = 9", "UPDATE token SET expires_at = expires_at + 1",
        "UPDATE token SET kind = 'golden'",
        "UPDATE follower_chunk SET bytes = zeroblob(length(bytes)) WHERE chunk = 0",
        "UPDATE follower_chunk SET bytes = substr(bytes, 1, length(bytes) - 29) WHERE chunk = 0",
        "DELETE FROM follower_chunk WHERE chunk = 0", "DELETE FROM word_chunk WHERE chunk = 1",
        "UPDATE word_chunk SET bytes = zeroblob(length(bytes)) WHERE chunk = 0",
        "UPDATE word_chunk SET chunk = chunk + 1 WHERE chunk = 1", "DELETE FROM checkpoint",
        "UPDATE checkpoint SET cut = cut + 1",
        "UPDATE journal SET record = substr(record, 1, length(record) - 1) WHERE sequence = (SELECT max(sequence) FROM journal)",
        "DELETE FROM journal WHERE sequence = (SELECT max(sequence) - 1 FROM journal)",
    ])
    func `a store with a changed row is refused`(sql: String) async throws {
        try await withFile { directory, file in
            let queue = try DatabaseQueue(path: file)
            let changed = try await queue.write { db in
                try db.execute(sql: sql)
                return db.changesCount
            }
            try queue.close()
            #expect(changed > 0)
            #expect(isDamage(openError(directory)), "\(String(describing: openError(directory)))")
        }
    }

    @Test func `a store with a flipped bit is refused, unless the bit is unused`() async throws {
        try await withFile { directory, file in
            let pristine = try Data(contentsOf: URL(filePath: file))
            var refused = 0
            var random = SystemRandomNumberGenerator()
            let flips = ProcessInfo.processInfo.environment["TAGLINE_FLIPS"].flatMap { Int($0) } ?? 60
            for _ in 0..<flips {
                var damaged = pristine
                let place = Int.random(in: 0..<damaged.count, using: &random)
                damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                try damaged.write(to: URL(filePath: file))
                do throws(StoreOpenError) {
                    let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
                    // A bit in a free page or in the free part of a page is unused.
                    #expect(
                        store.tags(of: Fixture.appID).map(\.count) == [0, 5000, 0], "byte \(place) changed the counts")
                } catch {
                    refused += 1
                }
            }
            #expect(refused > 0)
        }
    }

    @Test(arguments: [0.1, 0.5, 0.95])
    func `a file that was cut short is refused`(part: Double) async throws {
        try await withFile { directory, file in
            let handle = try FileHandle(forUpdating: URL(filePath: file))
            try handle.truncate(atOffset: UInt64(Double(handle.seekToEnd()) * part))
            try handle.close()
            #expect(isDamage(openError(directory)))
        }
    }

    @Test func `a file that is not a store is refused and not changed`() async throws {
        try await withTemporaryDirectory { directory in
            let file = URL(filePath: directory + "/" + Disk.fileName)
            let text = Data(String(repeating: "this is not a database\n", count: 300).utf8)
            try text.write(to: file)
            #expect(isDamage(openError(directory)))
            #expect(try Data(contentsOf: file) == text)

            try FileManager.default.removeItem(at: file)
            let other = try DatabaseQueue(path: file.path)
            try await other.write { try $0.execute(sql: "CREATE TABLE mine (x)") }
            try other.close()
            guard case .failed(_, let why) = openError(directory) else {
                Issue.record("a database of another program was accepted")
                return
            }
            #expect(why.contains("another program"))
        }
    }

    @Test func `a file of a newer version is refused`() async throws {
        try await withFile { directory, file in
            let queue = try DatabaseQueue(path: file)
            try await queue.write { db in
                try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('999 from the future')")
            }
            try queue.close()
            guard case .tooNew = openError(directory) else {
                Issue.record("\(String(describing: openError(directory)))")
                return
            }
        }
    }

    @Test func `a second store cannot open the directory of an open store`() async throws {
        try await withTemporaryDirectory { directory in
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            let process = Int(ProcessInfo.processInfo.processIdentifier)
            #expect(openError(directory) == .heldByAnotherProcess(directory: directory, process: process))
            try await store.close()
            #expect(openError(directory) == nil)
        }
    }

    @Test func `the error for a missing directory contains the reason of the system`() {
        guard case .notWritable(_, let why) = openError("/nowhere/at/all") else {
            Issue.record("opened")
            return
        }
        #expect(why.contains("No such file"))
    }

    @Test func `a text that holds U+0000 does not make its row unreadable`() throws {
        try DatabaseQueue().write { db in
            try db.execute(sql: "CREATE TABLE remark (account INTEGER, ordinal INTEGER, remark TEXT, seal BLOB)")
            for (number, text) in ["\0", "a\0b", "a\0", "a"].enumerated() {
                try RemarkRow(account: 1, ordinal: Ordinal(number), remark: text).insert(db)
            }
            var remarks: [String] = []
            try RemarkRow.load(db) { remarks.append($0.remark) }
            #expect(remarks == ["", "a", "a", "a"])
        }
    }
}
