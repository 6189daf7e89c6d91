import OfficialAccount
import TagStore

extension ConformanceSuite {
    static let taggingCases: [ConformanceCase] = [
        ConformanceCase("every read call shows a tagging, also after a restart") { tested in
            let store = try await SampleWorld.make(in: tested)
            let list = SampleWorld.list(SampleWorld.follower(3), SampleWorld.follower(1))
            try await store.batchTagging(list, tag: SampleWorld.tag, for: SampleWorld.appID)
            for _ in 0..<2 {
                let store = await tested.store
                try expectEqual(
                    try await store.tagIDs(of: SampleWorld.follower(3), for: SampleWorld.appID), [SampleWorld.tag],
                    "tags of a tagged follower")
                try expectEqual(
                    try await store.tagIDs(of: SampleWorld.follower(2), for: SampleWorld.appID), [],
                    "tags of another follower")
                try expectEqual(
                    try await store.followers(carrying: SampleWorld.tag, after: nil, for: SampleWorld.appID),
                    [SampleWorld.follower(1), SampleWorld.follower(3)], "followers in the order of following")
                try expectEqual(try await count(SampleWorld.tag, in: store), 2, "count of the tag")
                try await tested.restart()
            }
        },
        ConformanceCase("tagging again is no error and does not count again") { tested in
            let store = try await SampleWorld.make(in: tested)
            for _ in 0..<3 {
                try await store.batchTagging(
                    SampleWorld.list(SampleWorld.follower(0)), tag: SampleWorld.tag, for: SampleWorld.appID)
            }
            try expectEqual(try await count(SampleWorld.tag, in: store), 1, "count of the tag")
        },
        ConformanceCase(
            "an openid that a list repeats is tagged once, but each repetition counts toward the list's size"
        ) { tested in
            let store = try await SampleWorld.make(in: tested)
            let fifty = OpenIDList(Array(repeating: SampleWorld.follower(0), count: store.limits.openIDsPerCall))
            try await store.batchTagging(fifty, tag: SampleWorld.tag, for: SampleWorld.appID)
            try expectEqual(try await count(SampleWorld.tag, in: store), 1, "count of the tag")
            let tooMany = OpenIDList(Array(repeating: SampleWorld.follower(0), count: store.limits.openIDsPerCall + 1))
            try await expectRefusal(.invalidOpenIDListSize, "one openid 51 times") {
                try await store.batchTagging(tooMany, tag: SampleWorld.tag, for: SampleWorld.appID)
            }
        },
        ConformanceCase("a follower can carry the starred tag") { tested in
            let store = try await SampleWorld.make(in: tested)
            try await store.batchTagging(
                SampleWorld.list(SampleWorld.follower(0)), tag: .starred, for: SampleWorld.appID)
            try expectEqual(
                try await store.tagIDs(of: SampleWorld.follower(0), for: SampleWorld.appID), [.starred], "tags")
        },
        ConformanceCase("a tagging for one account changes nothing in another") { tested in
            let store = try await SampleWorld.make(in: tested)
            try await store.batchTagging(
                SampleWorld.list(SampleWorld.stranger(0)), tag: SampleWorld.tag, for: SampleWorld.otherAppID)
            try expectEqual(try await count(SampleWorld.tag, in: store), 0, "count in the first account")
        },
        ConformanceCase("an openid that follows two accounts has separate tags in each") { tested in
            let store = try await SampleWorld.make(in: tested)
            let both = SampleWorld.follower(0)
            try await store.follow([both], of: SampleWorld.otherAppID, at: SampleWorld.start)
            try await store.batchTagging(SampleWorld.list(both), tag: SampleWorld.tag, for: SampleWorld.otherAppID)
            try expectEqual(try await store.tagIDs(of: both, for: SampleWorld.appID), [], "tags in the first account")
            try expectEqual(
                try await store.tagIDs(of: both, for: SampleWorld.otherAppID), [SampleWorld.tag],
                "tags in the other account")
        },
    ]

    static func count(_ tag: TagID, in store: any TagStore) async throws -> Int? {
        try await store.tags(of: SampleWorld.appID).first { $0.id == tag }?.count
    }
}
