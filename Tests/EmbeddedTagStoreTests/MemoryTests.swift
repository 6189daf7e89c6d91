import OfficialAccount
import Testing

@testable import EmbeddedTagStore

@Suite struct MemoryTests {
    @Test(arguments: [100_000, 1_000_000])
    func `a follower uses at most 64 bytes, including its entry in the follower directory`(followers: Int) {
        var table = FollowerTable(seed: 1)
        for number in 0..<followers {
            guard let openID = OpenID(words: (UInt64(number), 0, 0)) else { continue }
            table.append(openID, since: 0)
        }
        let bytes = Double(table.allocatedBytes) / Double(followers)
        print("memory per follower at \(followers) followers: \((bytes * 10).rounded() / 10) bytes")
        #expect(table.count == followers)
        #expect(bytes <= 64)
    }

    @Test func `the follower directory finds every follower and no other openid`() throws {
        var table = FollowerTable(seed: 42)
        for number in 0..<50_000 {
            table.append(try #require(OpenID(words: (0, UInt64(number), 0))), since: 0)
        }
        for number in 0..<50_000 {
            #expect(table.ordinal(of: try #require(OpenID(words: (0, UInt64(number), 0)))) == Ordinal(number))
        }
        for number in 50_000..<60_000 {
            #expect(table.ordinal(of: try #require(OpenID(words: (0, UInt64(number), 0)))) == nil)
        }
    }
}
