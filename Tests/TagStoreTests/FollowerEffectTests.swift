import OfficialAccount
import TagStore
import Testing

@Suite struct FollowerEffectTests {
    @Test func `a change of a tag has the key of the tag, and a change of the blacklist has no key`() {
        #expect(FollowerEffect.tag(7).key == 7 && FollowerEffect.untag(8).key == 8)
        #expect(FollowerEffect<Int>.blacklist.key == nil && FollowerEffect<Int>.unblacklist.key == nil)
    }

    @Test func `the kind of change decides how long the list of openids may be`() {
        var limits = Limits()
        limits.openIDsPerCall = 3
        limits.openIDsPerBlacklistCall = 2
        #expect([FollowerEffect.tag(1), .untag(1)].map { $0.listLimit(limits) } == [3, 3])
        #expect([FollowerEffect<Int>.blacklist, .unblacklist].map { $0.listLimit(limits) } == [2, 2])
    }

    @Test func `replacing the key of a change does not alter the kind of change`() throws {
        let others = try [FollowerEffect.tag(1), .untag(2), .blacklist, .unblacklist].map { effect in
            try effect.replacingKey { number throws(Refusal) -> String in "\(number)" }
        }
        #expect(others == [.tag("1"), .untag("2"), .blacklist, .unblacklist])
        #expect(throws: Refusal.tagMissing) {
            try FollowerEffect.tag(1).replacingKey { _ throws(Refusal) -> Int in throw .tagMissing }
        }
    }
}
