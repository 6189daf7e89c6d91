import OfficialAccount
import TagStore

extension ConformanceSuite {
    static let deletionCases: [ConformanceCase] = [
        ConformanceCase("a deleted tag is gone from all followers, and its id is never used again") { tested in
            let store = try await SampleWorld.make(in: tested)
            let openID = SampleWorld.follower(0)
            try await store.batchTagging(SampleWorld.list(openID), tag: SampleWorld.tag, for: SampleWorld.appID)
            try await store.deleteTag(SampleWorld.tag, for: SampleWorld.appID)
            for _ in 0..<2 {
                let store = await tested.store
                try expectEqual(try await store.tags(of: SampleWorld.appID).map(\.id), [.starred], "tags")
                try expectEqual(try await store.tagIDs(of: openID, for: SampleWorld.appID), [], "tags of the follower")
                try await expectRefusal(.invalidTagID, "tagging with a deleted tag") {
                    try await store.batchTagging(
                        SampleWorld.list(openID), tag: SampleWorld.tag, for: SampleWorld.appID)
                }
                try await tested.restart()
            }
            let next = try await (await tested.store).createTag(named: "first", id: nil, for: SampleWorld.appID)
            try expectEqual(next, TagID(101), "the id of the next tag")
            try expectEqual(try await count(next, in: await tested.store), 0, "followers of the next tag")
        },
        ConformanceCase("a follower who returns does not carry a tag that was deleted or created meanwhile") {
            tested in
            let store = try await SampleWorld.make(in: tested)
            let openID = SampleWorld.follower(0)
            try await store.batchTagging(SampleWorld.list(openID), tag: SampleWorld.tag, for: SampleWorld.appID)
            try await store.unfollow([openID], of: SampleWorld.appID)
            try await store.deleteTag(SampleWorld.tag, for: SampleWorld.appID)
            let next = try await store.createTag(named: "next", id: nil, for: SampleWorld.appID)
            try await tested.restart()
            let reopened = await tested.store
            try await reopened.follow([openID], of: SampleWorld.appID, at: SampleWorld.start)
            try expectEqual(try await reopened.tagIDs(of: openID, for: SampleWorld.appID), [], "tags")
            try expectEqual(try await count(next, in: reopened), 0, "count of the next tag")
        },
        ConformanceCase("a tag of more than 100,000 followers cannot be deleted") { tested in
            let store = try await SampleWorld.make(in: tested, followers: 0)
            let everyone = (0...store.limits.followersOfDeletableTag).map(SampleWorld.follower)
            try await store.follow(everyone, of: SampleWorld.appID, at: SampleWorld.start)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for start in stride(from: 0, to: everyone.count, by: 50) {
                    group.addTask {
                        try await store.batchTagging(
                            OpenIDList(Array(everyone[start..<min(start + 50, everyone.count)])), tag: SampleWorld.tag,
                            for: SampleWorld.appID)
                    }
                }
                try await group.waitForAll()
            }
            try await expectRefusal(.tagHasTooManyFans, "deleting") {
                try await store.deleteTag(SampleWorld.tag, for: SampleWorld.appID)
            }
            try await store.batchUntagging(OpenIDList([everyone[7]]), tag: SampleWorld.tag, for: SampleWorld.appID)
            try await store.deleteTag(SampleWorld.tag, for: SampleWorld.appID)
            try expectEqual(try await store.tagIDs(of: everyone[8], for: SampleWorld.appID), [], "tags")
        },
        ConformanceCase("a tag can be deleted and created again three hundred times") { tested in
            let store = try await SampleWorld.make(in: tested)
            for round in 0..<300 {
                let tag = try await store.createTag(named: "again", id: nil, for: SampleWorld.appID)
                try expectEqual(tag, TagID(101 + round), "id")
                try await store.batchTagging(
                    SampleWorld.list(SampleWorld.follower(round % 60)), tag: tag, for: SampleWorld.appID)
                try await store.deleteTag(tag, for: SampleWorld.appID)
            }
            try expectEqual(try await SampleWorld.view(store).count, 2, "tags left")
        },
        ConformanceCase("reserved and unknown tags can be neither renamed nor deleted") { tested in
            let store = try await SampleWorld.make(in: tested)
            for (tag, code) in [(0, ErrorCode.reservedTag), (1, .reservedTag), (2, .reservedTag), (9, .invalidTagID)] {
                try await expectRefusal(code, "deleting \(tag)") {
                    try await store.deleteTag(TagID(tag), for: SampleWorld.appID)
                }
                try await expectRefusal(code, "renaming \(tag)") {
                    try await store.renameTag(TagID(tag), to: "new", for: SampleWorld.appID)
                }
            }
        },
        ConformanceCase("a renamed tag keeps its followers") { tested in
            let store = try await SampleWorld.make(in: tested)
            _ = try await store.createTag(named: "second", id: nil, for: SampleWorld.appID)
            try await store.batchTagging(
                SampleWorld.list(SampleWorld.follower(0)), tag: SampleWorld.tag, for: SampleWorld.appID)
            try await store.renameTag(SampleWorld.tag, to: "renamed", for: SampleWorld.appID)
            try await store.renameTag(SampleWorld.tag, to: "renamed", for: SampleWorld.appID)
            for (name, code) in [
                ("", ErrorCode.invalidTagName), ("second", .invalidTagName), ("星标组", .invalidTagName),
                (String(repeating: "x", count: 31), .tagNameTooLong),
            ] {
                try await expectRefusal(code, "the name \(name)") {
                    try await store.renameTag(SampleWorld.tag, to: name, for: SampleWorld.appID)
                }
            }
            try await tested.restart()
            try expectEqual(
                try await (await tested.store).tags(of: SampleWorld.appID)[1],
                Tag(id: SampleWorld.tag, name: "renamed", count: 1), "the tag")
            _ = try await (await tested.store).createTag(named: "first", id: nil, for: SampleWorld.appID)
        },
        ConformanceCase("a tagging during the deletion of its tag is either refused or applied before the deletion") {
            tested in
            let store = try await SampleWorld.make(in: tested)
            for round in 0..<20 {
                let tag = try await store.createTag(named: "round \(round)", id: nil, for: SampleWorld.appID)
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<10 {
                        group.addTask {
                            try? await store.batchTagging(
                                SampleWorld.list(SampleWorld.follower(number)), tag: tag, for: SampleWorld.appID)
                        }
                    }
                    group.addTask { try? await store.deleteTag(tag, for: SampleWorld.appID) }
                }
                let next = try await store.createTag(named: "next \(round)", id: nil, for: SampleWorld.appID)
                try expectEqual(try await count(next, in: store), 0, "followers of the next tag")
                try expectEqual(
                    try await store.tagIDs(of: SampleWorld.follower(0), for: SampleWorld.appID), [],
                    "tags of a follower")
                try await store.deleteTag(next, for: SampleWorld.appID)
            }
        },
    ]
}
