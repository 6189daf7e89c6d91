import OfficialAccount
import TagStore
import TagStoreConformance
import Testing

@testable import PostgresTagStore

@Suite struct RepeatedFollowerTests {
    private func follower(_ number: Int) -> FollowerState {
        FollowerState(
            openID: .numbered("oRepea", number), since: UnixTime(seconds: 1), isFollowing: true, isBlacklisted: false,
            tagIDs: [], remark: "")
    }

    /// Imports an account with these followers, in records of 1000. Returns the refusal, or nil if no follower comes
    /// twice.
    private func refusal(_ numbers: [Int], from line: Int?) throws -> Refusal? {
        let sink = ArrivingState()
        let secret = try #require(Fingerprint([UInt8](repeating: 1, count: 32)))
        let account = Account(appID: "wxa", kind: .service, isCertified: true, secret: secret)
        try sink.take(.account(AccountState(account: account, nextTagID: .firstCreated, tags: [])), line: line)
        for start in stride(from: 0, to: numbers.count, by: 1000) {
            let part = numbers[start..<min(start + 1000, numbers.count)]
            try sink.take(.followers(part.map(follower)), line: line.map { $0 + 1 + start })
        }
        return try sink.finish().first?.followerTwice()
    }

    @Test func `a follower who comes twice is reported with the line of the second time`() throws {
        // The lines of 50,000 followers fill several pieces of the file.
        let found = try refusal(Array(0..<50_000) + [40_123], from: 2)
        let openID = OpenID.numbered("oRepea", 40_123)
        #expect(found?.reason == "line 50003: openid: follower \(openID) of wxa comes twice; nothing was imported")
        #expect(try refusal([1, 2, 1], from: nil)?.reason.hasPrefix("openid: follower") == true)
        #expect(try refusal(Array(0..<3000), from: 2) == nil)
    }
}
