import OfficialAccount
import TagStoreConformance
import Testing

@testable import EmbeddedTagStore

/// Compares operations on whole lists with the same operations on single followers.
@Suite struct FollowerListTests {
    static let followers = 20_000

    private static func openID(_ number: Int) throws -> OpenID {
        try #require(OpenID(words: (UInt64(number), 7, UInt64(number) * 3)))
    }

    private static func table() throws -> FollowerTable {
        var table = FollowerTable(seed: 3)
        for number in 0..<followers { table.append(try openID(number), since: 0) }
        return table
    }

    @Test func `a table finds the same ordinals for a list of openids as for each openid of the list`() throws {
        let table = try Self.table()
        var chances = SeededGenerator(seed: 11)
        for _ in 0..<500 {
            let numbers = (0..<Int.random(in: 1...60, using: &chances)).map { _ in
                Int.random(in: 0..<Self.followers + 20, using: &chances)
            }
            let openIDs = try numbers.map { try Self.openID($0) }
            let one = openIDs.compactMap { table.ordinal(of: $0) }
            #expect(table.ordinals(of: openIDs) == (one.count == openIDs.count ? one : nil))
        }
    }

    @Test func `accepting and changing a list has the same effect as accepting and changing each follower`() throws {
        var (whole, single) = (try Self.table(), try Self.table())
        var chances = SeededGenerator(seed: 12)
        var snapshots: [[(memory: ChunkMemory, count: Int)]] = []
        for round in 0..<3000 {
            let ordinals = (0..<Int.random(in: 1...50, using: &chances)).map { _ in
                Ordinal.random(in: 0..<Ordinal(Self.followers / 10), using: &chances)
            }
            let slot = TagSlot.random(in: 0...12, using: &chances)
            let retired: TagWord = Bool.random(using: &chances) ? 0b110 : 0
            let isFree = ordinals.allSatisfy { single.flags(at: $0) == .following }
            let hasRoom = ordinals.allSatisfy {
                single.word(at: $0).carries(slot) || (single.word(at: $0) & ~retired).nonzeroBitCount < 4
            }
            #expect(whole.accept(ordinals, slot: slot, limit: 4, retired: retired) == (isFree && hasRoom))
            #expect(whole.accept(ordinals, slot: nil, limit: 4, retired: retired) == isFree)
            switch round % 5 {
            case 0:
                whole.insert(slot, at: ordinals)
                for ordinal in ordinals { single.insert(slot, at: ordinal) }
            case 1:
                whole.claim(ordinals)
                for ordinal in ordinals { single.claim([ordinal]) }
            case 2:
                whole.release(ordinals)
                for ordinal in ordinals { single.release([ordinal]) }
            case 3:
                whole.setFollowing(round % 2 == 0, at: ordinals[0])
                single.setFollowing(round % 2 == 0, at: ordinals[0])
            default:
                for ordinal in ordinals {
                    whole.remove(slot, at: ordinal)
                    single.remove(slot, at: ordinal)
                }
                if round % 500 == 4 { snapshots.append(whole.share()) }
            }
            #expect(whole.carriers == single.carriers)
        }
        for ordinal in 0..<Ordinal(Self.followers / 10) {
            #expect(whole.word(at: ordinal) == single.word(at: ordinal))
            #expect(whole.flags(at: ordinal) == single.flags(at: ordinal))
        }
        #expect(!snapshots.isEmpty)
    }

    /// The numbers of followers are 0, 1, the most that fit into one segment, this number plus 1, and enough for
    /// several processors.
    @Test(arguments: [0, 1, 4096, 4097, 150_000])
    func `a table that is loaded from saved chunks equals the table that saved the chunks`(followers: Int) throws {
        var table = FollowerTable(seed: 5)
        for number in 0..<followers {
            table.append(
                try Self.openID(number), since: UInt32(number), flags: number % 7 == 0 ? [.blacklisted] : .following,
                word: TagWord(number % 5) << 90 | 1)
        }
        var loaded = FollowerTable(seed: 5)
        for chunk in table.chunks {
            let saved = try ChunkBytes.identities(of: chunk).withUnsafeBytes { identities in
                try ChunkBytes.words(of: chunk).withUnsafeBytes { words in
                    try ChunkBytes.followers(identities: identities, words: words)
                }
            }
            loaded.load(FollowerChunk(saved))
        }
        loaded.finishLoading()
        // Appends the same new followers to both tables.
        for number in followers..<followers + 5000 {
            table.append(try Self.openID(number), since: 9)
            loaded.append(try Self.openID(number), since: 9)
        }
        #expect(loaded.count == table.count && loaded.following == table.following)
        #expect(loaded.blacklisted == table.blacklisted && loaded.carriers == table.carriers)
        let numbers = Array(stride(from: 0, to: table.count, by: max(1, table.count / 10_000)))
        for number in numbers {
            let ordinal = Ordinal(number)
            #expect(loaded.ordinal(of: try Self.openID(number)) == ordinal)
            #expect(loaded.word(at: ordinal) == table.word(at: ordinal))
            #expect(loaded.flags(at: ordinal) == table.flags(at: ordinal))
            #expect(loaded.since(at: ordinal) == table.since(at: ordinal))
        }
        #expect(loaded.ordinal(of: try Self.openID(table.count)) == nil)
        #expect(Double(loaded.allocatedBytes) <= Double(table.allocatedBytes) * 1.01 + 70_000)
    }

    @Test func `a shared chunk does not change when its table changes`() throws {
        var table = try Self.table()
        table.insert(5, at: [1, 2, 5000])
        let shared = table.share()
        #expect(table.sharedChunks == shared.count)
        table.insert(5, at: [3, 6000])
        table.claim([4])
        table.remove(5, at: 1)
        table.setFollowing(false, since: nil, at: 9000)
        table.append(try Self.openID(Self.followers), since: 1)
        let view = shared[0].memory.view
        #expect(
            view.followers[1].word.carries(5) && view.followers[2].word.carries(5) && !view.followers[3].word.carries(5)
        )
        #expect(view.followers[4].flags == .following)
        #expect(shared[2].memory.view.followers[9000 - 2 * FollowerChunk.capacity].flags == .following)
        #expect(shared.map(\.count).reduce(0, +) == Self.followers)
        #expect(!table.word(at: 1).carries(5) && table.word(at: 3).carries(5))
        table.removeFromAll(5)
        #expect(view.followers[2].word.carries(5))
        #expect(table.carriers[5] == 0)
    }
}
