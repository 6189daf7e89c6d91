import TagStore
import Testing

@testable import PostgresTagStore

@Suite struct SumsBookTests {
    private static let start = ContinuousClock.now

    private static func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func `only one caller at a time reads the sums, and a caller reads the sums again after their lifetime`() {
        var book = SumsBook(life: .seconds(5))
        #expect(book.sums(at: Self.at(0)) == nil)
        #expect(book.begin(at: Self.at(0)) && !book.begin(at: Self.at(0)))
        let sums = StoreVitals.Sums(accounts: 1, followers: 2, taggings: 3)
        book.end(sums, at: Self.at(1))
        #expect(book.sums(at: Self.at(2)) == sums)
        #expect(!book.begin(at: Self.at(5)) && book.begin(at: Self.at(6)))
    }

    @Test func `if new sums cannot be read, the old sums are shown for a minute`() {
        var book = SumsBook(life: .seconds(5))
        _ = book.begin(at: Self.at(0))
        let sums = StoreVitals.Sums(accounts: 1)
        book.end(sums, at: Self.at(0))
        #expect(book.begin(at: Self.at(10)) == true)
        book.end(nil, at: Self.at(20))
        #expect(book.sums(at: Self.at(59)) == sums)
        #expect(book.sums(at: Self.at(60)) == nil)
        #expect(book.begin(at: Self.at(60)) == true, "a read that failed is repeated")
    }
}
