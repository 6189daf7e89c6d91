import TagStore
import TagStoreConformance
import Testing

@testable import EmbeddedTagStore

/// Tests that SQLite needs no space for temporary files. Their directory may be full while the data directory has
/// space.
@Suite struct TemporaryFileTests {
    private func withStore(_ body: (EmbeddedTagStore) throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            try body(store)
            try await store.close()
        }
    }

    @Test func `SQLite keeps temporary data in memory`() async throws {
        try await withStore { store in
            let place = try store.pragma("temp_store")
            #expect(place == "2")
        }
    }

    @Test(arguments: [
        AccountRow.selection, TagRow.selection, RemarkRow.selection, TokenRow.selection, CounterRow.selection,
        ChunkRow<Identities>.selection, ChunkRow<TagWords>.selection, ComponentRow.selection, GrantRow.selection,
        CheckpointRow.selection, JournalRow.selection, TotalRow.selection,
    ])
    func `SQLite sorts no rows when the store opens`(selection: String) async throws {
        try await withStore { store in
            let plan = try store.plan(of: selection)
            #expect(!plan.isEmpty && !plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
        }
    }

    @Test func `after a restart, the tokens of an account are in the order in which they were issued`() async throws {
        try await withTemporaryDirectory { directory in
            let store = try EmbeddedTagStore(directory: directory, logger: .quiet)
            try await Fixture.fill(store, followers: 1)
            let secret = try #require(Fingerprint([UInt8](repeating: 7, count: 32)))
            // The order of the fingerprints is not the order of the times.
            for number in 0..<20 {
                let byte = UInt8(number * 37 % 251)
                let fingerprint = try #require(Fingerprint([UInt8](repeating: byte, count: 32)))
                try await store.issueToken(
                    NewToken(fingerprint: fingerprint, secret: secret), for: Fixture.appID,
                    at: Fixture.now + Int64(number), rules: TokenRules())
            }
            try await store.close()
            let reopened = try EmbeddedTagStore(directory: directory, logger: .quiet)
            let times = reopened.tokens(of: Fixture.appID).map(\.issuedAt.seconds)
            #expect(times == Array(Fixture.now.seconds..<Fixture.now.seconds + 20))
            try await reopened.close()
        }
    }
}
