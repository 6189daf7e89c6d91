import Foundation
import Logging
import OfficialAccount
import Synchronization
import TagStore
import Testing

@testable import EmbeddedTagStore
@testable import TaglineServer

@Suite struct DemoWorldTests {
    /// Interrupts the creation of the demo world before one of its commits, and then creates the demo world again.
    @Test(arguments: 0...3)
    func `a restart completes a demo world whose creation was interrupted`(commits: Int) async throws {
        struct Cut: Error {}
        let directory = FileManager.default.temporaryDirectory.appending(path: "tagline-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

        let left = Mutex(commits)
        var options = EmbeddedTagStore.Options()
        options.willCommit = {
            try left.withLock { left in
                guard left > 0 else { throw Cut() }
                left -= 1
            }
        }
        let cut = try EmbeddedTagStore(directory: directory.path, options: options, logger: logger)
        await #expect(throws: Refusal.self) { try await DemoWorld.seed(into: cut, at: testStart) }
        try await cut.close()

        let store = try EmbeddedTagStore(directory: directory.path, logger: logger)
        for _ in 0..<2 { try await DemoWorld.seed(into: store, at: testStart) }
        let accounts = store.accounts().map { "\($0.account.appID) \($0.followers) \($0.tags)" }
        #expect(
            accounts == [
                "\(DemoWorld.uncertified.appID) 0 0", "\(DemoWorld.subscription.appID) 100 1",
                "\(DemoWorld.service.appID) 1002 22",
            ])
        #expect(store.components().map(\.appID) == [DemoWorld.platform.appID])
        #expect(
            store.grants(to: DemoWorld.platform.appID, of: nil).map(\.account) == [
                DemoWorld.service.appID, DemoWorld.subscription.appID,
            ])
        let fullyTagged = try #require(OpenID(DemoWorld.fullyTagged))
        #expect(try store.tagIDs(of: fullyTagged, for: DemoWorld.service.appID) == (100...119).map { TagID($0) })
        try await store.close()
    }
}
