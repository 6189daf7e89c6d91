import OfficialAccount
import Synchronization

@testable import EmbeddedTagStore

/// A table of followers. A lock lets only one task use the table at a time.
private final class SharedTable: Sendable {
    static let followers = 100_000

    private let table: Mutex<FollowerTable>
    let lists: [[OpenID]]
    private let turn = Atomic(0)

    init() throws {
        var table = FollowerTable(seed: 1)
        for number in 0..<Self.followers { table.append(try Followers.openID(number), since: 0) }
        self.table = Mutex(table)
        lists = try (0..<2000).map { try Followers.list($0, of: Self.followers) }
    }

    func withTable(_ body: (inout FollowerTable, [OpenID]) throws -> Void) rethrows {
        let list = lists[turn.wrappingAdd(1, ordering: .relaxed).oldValue % lists.count]
        try table.withLock { try body(&$0, list) }
    }
}

extension Workload {
    /// Finds fifty openids in a table of 100,000 followers.
    static let lookUp = Workload(name: "directory look-up") {
        let shared = try SharedTable()
        return {
            try shared.withTable { table, list in
                guard let ordinals = table.ordinals(of: list) else { throw WorkloadFailure("an openid was not found") }
                use(ordinals)
            }
        }
    }

    /// Claims, tags and releases fifty followers.
    static let wordUpdate = Workload(name: "word update") {
        let shared = try SharedTable()
        return {
            try shared.withTable { table, list in
                guard let ordinals = table.ordinals(of: list),
                    table.accept(ordinals, slot: 5, limit: 20, retired: 0)
                else { throw WorkloadFailure("a follower cannot be tagged") }
                table.claim(ordinals)
                table.insert(5, at: ordinals)
                table.release(ordinals)
            }
        }
    }

    /// Writes as JSON a page of 10,000 followers of a tag. All followers of the table carry this tag.
    static let page = Workload(name: "page of 10,000") {
        let shared = try SharedTable()
        shared.withTable { table, _ in
            for ordinal in 0..<Ordinal(SharedTable.followers) { table.insert(5, at: ordinal) }
        }
        return {
            shared.withTable { table, _ in
                var json = JSONText()
                GetTagFans.Response(openIDs: table.openIDs(carrying: 5, from: 20_000, limit: 10_000)).write(to: &json)
                use(json)
            }
        }
    }
}
