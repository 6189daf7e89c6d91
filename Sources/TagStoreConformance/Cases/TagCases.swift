import OfficialAccount
import TagStore

extension ConformanceSuite {
    static let tagCases: [ConformanceCase] = [
        ConformanceCase("new tags get increasing ids, also after a chosen id and a restart") { tested in
            let store = try await SampleWorld.make(in: tested)
            let second = try await store.createTag(named: "second", id: nil, for: SampleWorld.appID)
            let chosen = try await store.createTag(named: "chosen", id: TagID(134), for: SampleWorld.appID)
            try await tested.restart()
            let next = try await (await tested.store).createTag(named: "next", id: nil, for: SampleWorld.appID)
            try expectEqual([second, chosen, next].map(\.rawValue), [101, 134, 135], "ids")
        },
        ConformanceCase("an empty or taken name is answered 45157, and a long name 45158") { tested in
            let store = try await SampleWorld.make(in: tested)
            for (name, code) in [
                ("", ErrorCode.invalidTagName), ("first", .invalidTagName), ("星标组", .invalidTagName),
                (String(repeating: "x", count: 31), .tagNameTooLong),
                (String(repeating: "广", count: 11), .tagNameTooLong),
            ] {
                try await expectRefusal(code, "the name \(name)") {
                    try await store.createTag(named: name, id: nil, for: SampleWorld.appID)
                }
            }
            _ = try await store.createTag(named: String(repeating: "广", count: 10), id: nil, for: SampleWorld.appID)
            _ = try await store.createTag(named: "FIRST", id: nil, for: SampleWorld.appID)
        },
        ConformanceCase("an account can have a hundred tags and no more") { tested in
            let store = try await SampleWorld.make(in: tested)
            for number in 2...store.limits.tagsPerAccount {
                _ = try await store.createTag(named: "tag \(number)", id: nil, for: SampleWorld.appID)
            }
            try await expectRefusal(.tooManyTags, "tag 101") {
                try await store.createTag(named: "one more", id: nil, for: SampleWorld.appID)
            }
            let last = TagID(TagID.firstCreated.rawValue + store.limits.tagsPerAccount - 1)
            try await store.batchTagging(SampleWorld.list(SampleWorld.follower(0)), tag: last, for: SampleWorld.appID)
            try expectEqual(
                try await store.tagIDs(of: SampleWorld.follower(0), for: SampleWorld.appID), [last], "tags carried")
        },
    ]
}
