import OfficialAccount
import Testing

@testable import PostgresTagStore

/// Tests, without a database, how the store divides a change of carriers into rows of the table `flip`.
@Suite struct FlipsTests {
    @Test func `each row has one tag and at most a thousand followers, and the rows are numbered`() {
        let rows = Flips.rows(of: [7: Array(0..<2001), 3: [5]], sign: 1)
        #expect(rows.map(\.key) == [3, 7, 7, 7])
        #expect(rows.map(\.part) == [0, 1, 2, 3])
        #expect(rows.map(\.step) == [1, 1000, 1000, 1])
        #expect(rows.flatMap(\.ordinals) == [5] + Array(0..<2001))
    }

    @Test func `the count falls when followers cease to carry a tag`() {
        #expect(Flips.rows(of: [1: [4, 9]], sign: -1).map(\.step) == [-2])
        #expect(Flips.rows(of: [:], sign: -1).isEmpty)
    }

    @Test func `a request inserts one row`() {
        let requests = Flips.insertions(of: [7: [4, 9]], sign: -1, id: 11, AccountKey(AppID("wx1")))
        #expect(requests.map(\.statement.name) == ["insert flip"])
        let values = requests[0].parameters.dropFirst().map { String(decoding: $0.text ?? [], as: UTF8.self) }
        #expect(values == ["7", "11", "0", "-2", "{4,9}"])
    }
}
