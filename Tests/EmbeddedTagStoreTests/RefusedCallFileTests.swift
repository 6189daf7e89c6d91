import Foundation
import GRDB
import InMemoryLogging
import Logging
import OfficialAccount
import TagStore
import TagStoreConformance
import Testing

@testable import EmbeddedTagStore

/// Tests that a damaged file of refused calls is replaced, and that a file which another program holds is kept.
@Suite struct RefusedCallFileTests {
    enum Damage: CaseIterable {
        case pages, cut, text, columns

        func put(in file: String) throws {
            var content = try Data(contentsOf: URL(filePath: file))
            let firstPage = content.prefix(4096)
            switch self {
            case .pages: content = firstPage + Data(repeating: 0x5A, count: content.count - firstPage.count)
            case .cut: content = firstPage
            case .text: content = Data("this is not a database".utf8)
            case .columns:
                return try RefusedCallFileTests.change(file, "ALTER TABLE refused_call RENAME COLUMN appid TO account")
            }
            try content.write(to: URL(filePath: file))
        }
    }

    static func change(_ file: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: file)
        try queue.inDatabase { try $0.execute(sql: sql) }
        try queue.close()
    }

    private static func call(_ number: Int) -> RefusedCall {
        RefusedCall(
            rid: "rid \(number)", appID: Fixture.appID, time: Fixture.now, milliseconds: number, query: "query",
            requestBody: "{}", answer: "answer", address: "127.0.0.1")
    }

    /// Notes the calls 1 to 3 in a store and closes the store. Then calls `body` with the directory of the store, and
    /// with the file of refused calls.
    private func withFile(_ body: (_ directory: String, _ file: String) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            try store.note((1...3).map(Self.call))
            try await store.close()
            try await body(directory, directory + "/refused-calls.sqlite")
        }
    }

    /// Opens the store, and expects that the store replaces the file at the first use at the latest.
    private func expectNewFile(in directory: String, readsFirst: Bool) async throws {
        let log = InMemoryLogHandler()
        let store = try EmbeddedTagStore(directory: directory, logger: Logger(label: "test") { _ in log })
        if readsFirst { #expect(try store.refusedCall(rid: Self.call(2).rid) == nil) }
        try store.note([Self.call(4)])
        #expect(try store.refusedCall(rid: Self.call(4).rid) == Self.call(4))
        #expect(log.entries.filter { $0.level == .warning }.count == 1)
        try await store.close()
        let reopened = try EmbeddedTagStore(directory: directory, logger: .quiet)
        #expect(try reopened.refusedCall(rid: Self.call(4).rid) == Self.call(4))
        #expect(try reopened.refusedCall(rid: Self.call(1).rid) == nil)
        try await reopened.close()
    }

    @Test(arguments: Damage.allCases, [true, false])
    func `a new file replaces a damaged file`(damage: Damage, readsFirst: Bool) async throws {
        try await withFile { directory, file in
            try damage.put(in: file)
            try await expectNewFile(in: directory, readsFirst: readsFirst)
        }
    }

    @Test(arguments: [
        "appid = NULL", "time = NULL", "time = 'noon'", "milliseconds = NULL", "milliseconds = 1e300", "query = NULL",
        "request_body = NULL", "answer = 5.5", "address = NULL",
    ])
    func `a row with a value of a wrong type does not end the process`(change: String) async throws {
        try await withFile { directory, file in
            try Self.change(
                file,
                """
                CREATE TABLE loose AS SELECT * FROM refused_call;
                DROP TABLE refused_call;
                ALTER TABLE loose RENAME TO refused_call;
                UPDATE refused_call SET \(change);
                """)
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            _ = try store.refusedCall(rid: Self.call(2).rid)
            try store.note([Self.call(4)])
            #expect(try store.refusedCall(rid: Self.call(4).rid) == Self.call(4))
            try await store.close()
        }
    }

    @Test func `while another program holds the file, calls are not noted, and the file stays`() async throws {
        try await withFile { directory, file in
            let reader = try DatabaseQueue(path: file)
            let count = try reader.inDatabase { try Int.fetchOne($0, sql: "SELECT count(*) FROM refused_call") }
            #expect(count == 3)
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            #expect(throws: Refusal.self) { try store.note([Self.call(4)]) }
            #expect(throws: Refusal.self) { try store.refusedCall(rid: Self.call(1).rid) }
            try reader.close()
            try store.note([Self.call(5)])
            for number in [1, 2, 3, 5] {
                #expect(try store.refusedCall(rid: Self.call(number).rid) == Self.call(number))
            }
            try await store.close()
        }
    }

    @Test func `a closed store does not open the file again`() async throws {
        try await withFile { directory, file in
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            try await store.close()
            try FileManager.default.removeItem(atPath: file)
            #expect(throws: Refusal.self) { try store.note([Self.call(4)]) }
            #expect(!FileManager.default.fileExists(atPath: file))
        }
    }
}
