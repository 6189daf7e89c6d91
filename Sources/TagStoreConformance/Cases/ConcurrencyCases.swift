import OfficialAccount
import TagStore

extension ConformanceSuite {
    static let concurrencyCases: [ConformanceCase] = [
        ConformanceCase("calls that share nobody never stand in each other's way") { tested in
            let store = try await SampleWorld.make(in: tested, followers: 5000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for start in stride(from: 0, to: 5000, by: 50) {
                    group.addTask {
                        try await store.batchTagging(
                            OpenIDList((start..<start + 50).map(SampleWorld.follower)), tag: SampleWorld.tag,
                            for: SampleWorld.appID)
                    }
                }
                try await group.waitForAll()
            }
            try expectEqual(try await count(SampleWorld.tag, in: store), 5000, "count of the tag")
        },
        ConformanceCase("of calls that share a follower each is applied in full or refused with 45169") { tested in
            let store = try await SampleWorld.make(in: tested)
            for number in 101...118 {
                _ = try await store.createTag(named: "tag \(number)", id: nil, for: SampleWorld.appID)
            }
            let shared = SampleWorld.follower(0)
            let applied = try await withThrowingTaskGroup(of: TagID?.self) { group in
                for number in 100...118 {
                    group.addTask {
                        let list = SampleWorld.list(SampleWorld.follower(number - 99), shared)
                        do {
                            try await store.batchTagging(list, tag: TagID(number), for: SampleWorld.appID)
                            return TagID(number)
                        } catch let refusal as Refusal {
                            try expectEqual(refusal.code, .concurrentChange, "the refusal of a call in the way")
                            return nil
                        }
                    }
                }
                return try await group.reduce(into: Set<TagID>()) { applied, tag in
                    if let tag { applied.insert(tag) }
                }
            }
            try expect(!applied.isEmpty, "one of the calls at least is applied")
            try await tested.restart()
            let reopened = await tested.store
            try expectEqual(
                Set(try await reopened.tagIDs(of: shared, for: SampleWorld.appID)), applied,
                "tags of the shared follower")
            for number in 100...118 {
                let own = try await reopened.tagIDs(of: SampleWorld.follower(number - 99), for: SampleWorld.appID)
                try expectEqual(
                    own, applied.contains(TagID(number)) ? [TagID(number)] : [],
                    "tags of the follower of call \(number)")
            }
        },
        ConformanceCase("tags made at the same time get ids of their own") { tested in
            let store = try await SampleWorld.make(in: tested)
            let ids = try await withThrowingTaskGroup(of: TagID.self) { group in
                for number in 1...20 {
                    group.addTask {
                        try await store.createTag(named: "tag \(number)", id: nil, for: SampleWorld.appID)
                    }
                }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1.rawValue) }
            }
            try expectEqual(ids, Set(101...120), "ids")
        },
    ]
}
