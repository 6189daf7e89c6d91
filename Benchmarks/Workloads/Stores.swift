import EmbeddedTagStore
import Foundation
import Logging
import OfficialAccount
import Synchronization
import TagStore

@testable import TaglineServer

/// A store in a new directory, with an account, two tags and followers.
final class BenchStore: Sendable {
    static let followers = 20_000
    static let account: AppID = "wx5ad0c4e6b81f2793"
    static let secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

    let store: EmbeddedTagStore
    let tag: TagID
    let lists: [[OpenID]]
    private let turn = Atomic(0)
    private let directory = FileManager.default.temporaryDirectory.appending(path: "tagline-bench-\(UUID().uuidString)")

    init() async throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        var options = EmbeddedTagStore.Options()
        options.directorySeed = 1
        store = try EmbeddedTagStore(directory: directory.path, options: options, logger: .silent)
        try await store.createAccount(
            Account(appID: Self.account, kind: .service, isCertified: true, secret: Fingerprint(of: Self.secret)))
        tag = try await store.createTag(named: "bench", id: nil, for: Self.account)
        let openIDs = try (0..<Self.followers).map { try Followers.openID($0) }
        try await store.follow(openIDs, of: Self.account, at: UnixTime(seconds: 1_700_000_000))
        lists = (0..<Self.followers / 50).map { Array(openIDs[$0 * 50..<$0 * 50 + 50]) }
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    var nextList: [OpenID] { lists[turn.wrappingAdd(1, ordering: .relaxed).oldValue % lists.count] }
}

extension Logger {
    static let silent = Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() })
}

extension Workload {
    /// Makes 32 taggings at the same time. The store writes these taggings to disk together.
    static let groupCommit = Workload(name: "group commit of 32") {
        let bench = try await BenchStore()
        return {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<32 {
                    let list = OpenIDList(bench.nextList)
                    group.addTask {
                        try await bench.store.batchTagging(list, tag: bench.tag, for: BenchStore.account)
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
