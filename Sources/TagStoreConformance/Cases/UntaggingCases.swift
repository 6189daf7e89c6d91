import OfficialAccount
import TagStore

extension ConformanceSuite {
    static let untaggingCases: [ConformanceCase] = [
        ConformanceCase("untagging removes one tag, also after a restart") { tested in
            let store = try await SampleWorld.make(in: tested)
            let (one, two) = (SampleWorld.follower(1), SampleWorld.follower(2))
            try await store.batchTagging(SampleWorld.list(one, two), tag: SampleWorld.tag, for: SampleWorld.appID)
            try await store.batchTagging(SampleWorld.list(one), tag: .starred, for: SampleWorld.appID)
            try await store.batchUntagging(SampleWorld.list(one), tag: SampleWorld.tag, for: SampleWorld.appID)
            for _ in 0..<2 {
                let store = await tested.store
                try expectEqual(try await store.tagIDs(of: one, for: SampleWorld.appID), [.starred], "tags left")
                try expectEqual(
                    try await store.followers(carrying: SampleWorld.tag, after: nil, for: SampleWorld.appID), [two],
                    "followers left")
                try expectEqual(try await count(SampleWorld.tag, in: store), 1, "count left")
                try await tested.restart()
            }
        },
        ConformanceCase("untagging a follower without the tag is no error") { tested in
            let store = try await SampleWorld.make(in: tested)
            try await store.batchUntagging(
                SampleWorld.list(SampleWorld.follower(1)), tag: SampleWorld.tag, for: SampleWorld.appID)
            try expectEqual(try await count(SampleWorld.tag, in: store), 0, "count")
        },
        ConformanceCase("untagging makes room for another tag") { tested in
            let store = try await SampleWorld.make(in: tested)
            let openID = SampleWorld.follower(0)
            for number in 101...120 {
                _ = try await store.createTag(named: "tag \(number)", id: TagID(number), for: SampleWorld.appID)
            }
            for number in 100...119 {
                try await store.batchTagging(SampleWorld.list(openID), tag: TagID(number), for: SampleWorld.appID)
            }
            try await store.batchUntagging(SampleWorld.list(openID), tag: TagID(105), for: SampleWorld.appID)
            try await store.batchTagging(SampleWorld.list(openID), tag: TagID(120), for: SampleWorld.appID)
        },
        ConformanceCase("untagging is refused by the same rules as tagging") { tested in
            let store = try await SampleWorld.make(in: tested)
            let good = SampleWorld.follower(0)
            try await store.batchTagging(SampleWorld.list(good), tag: SampleWorld.tag, for: SampleWorld.appID)
            for (what, list, tag, code) in [
                ("no list", nil, SampleWorld.tag, ErrorCode.invalidOpenIDListSize),
                ("51 openids", OpenIDList((0..<51).map(SampleWorld.follower)), TagID(9), .invalidOpenIDListSize),
                ("an unknown tag", OpenIDList([good]), TagID(9), .invalidTagID),
                ("a malformed openid", OpenIDList(texts: [good.description, "x"]), SampleWorld.tag, .invalidOpenID),
                (
                    "another account's follower", OpenIDList([good, SampleWorld.stranger(0)]), SampleWorld.tag,
                    .openIDOfAnotherAccount
                ),
            ] {
                try await expectRefusal(code, what) {
                    try await store.batchUntagging(list, tag: tag, for: SampleWorld.appID)
                }
            }
            try expectEqual(try await count(SampleWorld.tag, in: store), 1, "count after refusals")
        },
    ]
}
