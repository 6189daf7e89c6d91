import OfficialAccount
import TagStore

extension ConformanceSuite {
    static let readingCases: [ConformanceCase] = [
        ConformanceCase("pages follow each other without a gap and end with an empty one") { tested in
            let store = try await SampleWorld.make(in: tested, followers: 25_000)
            let tagged = stride(from: 0, to: 25_000, by: 2).map(SampleWorld.follower)
            for start in stride(from: 0, to: tagged.count, by: 50) {
                try await store.batchTagging(
                    OpenIDList(Array(tagged[start..<start + 50])), tag: SampleWorld.tag, for: SampleWorld.appID)
            }
            var pages: [[OpenID]] = []
            var cursor: OpenID?
            repeat {
                pages.append(
                    try await store.followers(carrying: SampleWorld.tag, after: cursor, for: SampleWorld.appID))
                cursor = pages.last?.last
            } while cursor != nil
            try expectEqual(pages.map(\.count), [10_000, 2_500, 0], "sizes of the pages")
            try expectEqual(Array(pages.joined()), tagged, "followers over all pages")
        },
        ConformanceCase("a cursor can be a follower without the tag or a follower who left") { tested in
            let store = try await SampleWorld.make(in: tested)
            let tagged = [1, 5, 9].map(SampleWorld.follower)
            try await store.batchTagging(OpenIDList(tagged), tag: SampleWorld.tag, for: SampleWorld.appID)
            try expectEqual(
                try await store.followers(
                    carrying: SampleWorld.tag, after: SampleWorld.follower(3), for: SampleWorld.appID),
                [tagged[1], tagged[2]], "followers after one without the tag")
            try await store.unfollow([tagged[1]], of: SampleWorld.appID)
            try expectEqual(
                try await store.followers(carrying: SampleWorld.tag, after: tagged[1], for: SampleWorld.appID),
                [tagged[2]], "followers after one who left")
        },
        ConformanceCase("a cursor never seen is answered 40003, and an unknown or missing tag 45159") { tested in
            let store = try await SampleWorld.make(in: tested)
            try await expectRefusal(.invalidOpenID, "unknown cursor") {
                try await store.followers(
                    carrying: SampleWorld.tag, after: OpenID.numbered("oNobod", 1), for: SampleWorld.appID)
            }
            try await expectRefusal(.invalidTagID, "unknown tag") {
                try await store.followers(carrying: TagID(4711), after: nil, for: SampleWorld.appID)
            }
            try await expectRefusal(.invalidTagID, "no tag") {
                try await store.followers(carrying: nil, after: nil, for: SampleWorld.appID)
            }
        },
        ConformanceCase("the tags of an openid that does not follow are answered 40003 or 49003") { tested in
            let store = try await SampleWorld.make(in: tested)
            try await store.unfollow([SampleWorld.follower(0)], of: SampleWorld.appID)
            for openID in [SampleWorld.follower(0), OpenID.numbered("oNobod", 1)] {
                try await expectRefusal(.invalidOpenID, "tags of \(openID)") {
                    try await store.tagIDs(of: openID, for: SampleWorld.appID)
                }
            }
            try await expectRefusal(.openIDOfAnotherAccount, "tags of another's follower") {
                try await store.tagIDs(of: SampleWorld.stranger(0), for: SampleWorld.appID)
            }
        },
        ConformanceCase("tags are listed by ascending id, with the starred tag first") { tested in
            let store = try await SampleWorld.make(in: tested)
            for id in [300, 134, 200] {
                _ = try await store.createTag(named: "tag \(id)", id: TagID(id), for: SampleWorld.appID)
            }
            let openID = SampleWorld.follower(0)
            for id in [300, 134, 2] {
                try await store.batchTagging(SampleWorld.list(openID), tag: TagID(id), for: SampleWorld.appID)
            }
            try expectEqual(
                try await store.tags(of: SampleWorld.appID).map(\.id.rawValue), [2, 100, 134, 200, 300],
                "ids of the account")
            try expectEqual(
                try await store.tagIDs(of: openID, for: SampleWorld.appID).map(\.rawValue), [2, 134, 300],
                "ids of the follower")
        },
    ]
}
