import OfficialAccount
import TagStore

extension ConformanceSuite {
    private static let unknownTag = TagID(4711)

    /// A list and a tag that break one or more rules, and the code of the broken rule that a store checks first.
    private struct Refused: Sendable {
        let what: String
        let list: OpenIDList?
        let tag: TagID?
        let code: ErrorCode
    }

    private static let refused: [Refused] = {
        let good = SampleWorld.follower(0)
        let left = SampleWorld.follower(9)
        let stranger = SampleWorld.stranger(0)
        let unknown = OpenID.numbered("oNobod", 1)
        let full = SampleWorld.follower(8)
        let tag = SampleWorld.tag
        let fiftyOne = OpenIDList((0..<51).map(SampleWorld.follower))
        return [
            Refused(what: "no list, unknown tag", list: nil, tag: unknownTag, code: .invalidOpenIDListSize),
            Refused(what: "empty list, no tag", list: OpenIDList([]), tag: nil, code: .invalidOpenIDListSize),
            Refused(what: "51 openids, no tag", list: fiftyOne, tag: nil, code: .invalidOpenIDListSize),
            Refused(
                what: "51 entries, all malformed", list: OpenIDList(texts: Array(repeating: "x", count: 51)), tag: tag,
                code: .invalidOpenIDListSize),
            Refused(what: "no tag, unknown openid", list: OpenIDList([unknown]), tag: nil, code: .invalidTagID),
            Refused(what: "unknown tag", list: OpenIDList([unknown]), tag: unknownTag, code: .invalidTagID),
            Refused(what: "tag 0", list: OpenIDList([good]), tag: TagID(0), code: .invalidTagID),
            Refused(what: "tag 1", list: OpenIDList([good]), tag: TagID(1), code: .invalidTagID),
            Refused(what: "a negative tag", list: OpenIDList([good]), tag: TagID(.min), code: .invalidTagID),
            Refused(what: "an enormous tag", list: OpenIDList([good]), tag: TagID(.max), code: .invalidTagID),
            Refused(
                what: "a malformed openid", list: OpenIDList(texts: [good.description, "nonsense"]), tag: tag,
                code: .invalidOpenID),
            Refused(what: "an empty openid", list: OpenIDList(texts: [""]), tag: tag, code: .invalidOpenID),
            Refused(what: "an unknown openid", list: OpenIDList([good, unknown]), tag: tag, code: .invalidOpenID),
            Refused(what: "a follower who left", list: OpenIDList([good, left]), tag: tag, code: .invalidOpenID),
            Refused(
                what: "another account's follower", list: OpenIDList([good, stranger]), tag: tag,
                code: .openIDOfAnotherAccount),
            Refused(
                what: "another account's follower before an unknown openid", list: OpenIDList([stranger, unknown]),
                tag: tag,
                code: .openIDOfAnotherAccount),
            Refused(
                what: "an unknown openid before another account's follower", list: OpenIDList([unknown, stranger]),
                tag: tag,
                code: .invalidOpenID),
            Refused(
                what: "another account's follower before a malformed openid",
                list: OpenIDList(texts: [stranger.description, "nonsense"]), tag: tag, code: .openIDOfAnotherAccount),
            Refused(
                what: "a follower with twenty tags before an unknown openid", list: OpenIDList([full, unknown]),
                tag: TagID(120),
                code: .invalidOpenID),
            Refused(
                what: "a follower with twenty tags among others", list: OpenIDList([good, full]), tag: TagID(120),
                code: .tooManyTagsOnUser),
        ]
    }()

    static let judgementCases: [ConformanceCase] =
        refused.map { refused in
            ConformanceCase("\(refused.what) is answered \(refused.code), and nothing is changed") { tested in
                let store = try await SampleWorld.make(in: tested)
                try await fill(SampleWorld.follower(8), in: store)
                try await store.unfollow([SampleWorld.follower(9)], of: SampleWorld.appID)
                let before = try await SampleWorld.view(store)
                try await expectRefusal(refused.code, refused.what) {
                    try await store.batchTagging(refused.list, tag: refused.tag, for: SampleWorld.appID)
                }
                try expectEqual(try await SampleWorld.view(store), before, "the world after a refusal")
                try await tested.restart()
                try expectEqual(
                    try await SampleWorld.view(await tested.store), before, "the world after a refusal and a restart")
            }
        } + [
            ConformanceCase("a follower with twenty tags can be given one of them again") { tested in
                let store = try await SampleWorld.make(in: tested)
                try await fill(SampleWorld.follower(8), in: store)
                try await store.batchTagging(
                    SampleWorld.list(SampleWorld.follower(8)), tag: SampleWorld.tag, for: SampleWorld.appID)
                try expectEqual(
                    try await store.tagIDs(of: SampleWorld.follower(8), for: SampleWorld.appID).count, 20,
                    "tags carried")
            }
        ]

    /// Gives a follower the tags 100 to 119, and creates a tag 120.
    private static func fill(_ follower: OpenID, in store: any TagStore) async throws {
        for number in 101...120 {
            _ = try await store.createTag(named: "tag \(number)", id: TagID(number), for: SampleWorld.appID)
        }
        for number in 100..<(100 + store.limits.tagsPerFollower) {
            try await store.batchTagging(SampleWorld.list(follower), tag: TagID(number), for: SampleWorld.appID)
        }
    }
}
