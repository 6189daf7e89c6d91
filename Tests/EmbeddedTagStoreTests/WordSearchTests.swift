import OfficialAccount
import TagStore
import TagStoreConformance
import Testing

@testable import EmbeddedTagStore

@Suite struct WordSearchTests {
    private static let tags: TagTable = {
        var tags = TagTable()
        for (number, name) in ["even", "rare", "none"].enumerated() {
            tags.insert(TagTable.Entry(id: TagID(100 + number), name: name, slot: TagSlot(1 + number)))
        }
        return tags
    }()

    private static func condition(_ text: String) throws -> TagCondition {
        try TagCondition(try TagExpression(text)) { name in
            let entry = try #require(tags.entries.first { $0.name == name })
            return Tag(id: entry.id, name: name, count: 1)
        }
    }

    /// A table in which every second follower carries the tag `even`, and the last follower carries the tag `rare`.
    private static func table(_ count: Int) -> FollowerTable {
        var table = FollowerTable(seed: 1)
        for number in 0..<count {
            table.append(
                .numbered("oSearch", number), since: 0,
                word: (number % 2 == 0 ? 0b10 : 0) | (number == count - 1 ? 0b100 : 0))
        }
        return table
    }

    @Test func `a search looks at 32 chunks, and the next search continues after these chunks`() throws {
        let most = 32 * FollowerChunk.capacity
        let table = Self.table(most + 101)
        var search = WordSearch(try Self.condition("even"), among: Self.tags)
        let first = table.search(&search, from: 0, carrying: nil, limit: 3)
        #expect(first.lookedAt == most && first.count == most / 2)
        #expect(first.openIDs == [0, 2, 4].map { OpenID.numbered("oSearch", $0) })
        let end = try #require(first.end)
        #expect(end == .numbered("oSearch", most - 1))
        let start = Int(try #require(table.ordinal(of: end))) + 1
        let second = table.search(&search, from: start, carrying: nil, limit: 3)
        #expect(second.lookedAt == 101 && second.count == 51 && second.end == nil)
    }

    @Test func `a search for the carriers of a tag skips the chunks without a carrier`() throws {
        let count = 40 * FollowerChunk.capacity
        let table = Self.table(count)
        var search = WordSearch(try Self.condition("rare & !even"), among: Self.tags)
        let found = table.search(&search, from: 0, carrying: 2, limit: 3)
        #expect(found.lookedAt == 1 && found.openIDs == [.numbered("oSearch", count - 1)] && found.end == nil)
    }

    @Test func `a search ignores tags that its condition does not mention and tags that no longer exist`() throws {
        var tags = Self.tags
        tags.remove(102)
        for (text, word, isMet) in [
            ("even", TagWord(0b10), true), ("even", 0b110, true), ("!even", 0b110, false), ("none", 0b1000, false),
            ("!none", 0b1000, true), ("even & !none", 0b1010, true),
        ] {
            var search = WordSearch(try Self.condition(text), among: tags)
            for _ in 0..<2 { #expect(search.isMet(by: word) == isMet, "\(text)") }
        }
    }
}
