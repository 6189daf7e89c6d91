import OfficialAccount
import TagStore

extension ConformanceSuite {
    static let concurrencyCases: [ConformanceCase] = [
        ConformanceCase("the store applies all concurrent calls that share no follower") { tested in
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
        ConformanceCase(
            "each of several concurrent changes of the same followers is applied in full or refused with 45169"
        ) {
            tested in
            let store = try await SampleWorld.make(in: tested)
            let everyone = OpenIDList((0..<20).map(SampleWorld.follower))
            let changes: [@Sendable () async throws -> Void] = [
                { try await store.batchTagging(everyone, tag: SampleWorld.tag, for: SampleWorld.appID) },
                { try await store.batchUntagging(everyone, tag: SampleWorld.tag, for: SampleWorld.appID) },
                { try await store.setBlacklisted(true, everyone, for: SampleWorld.appID) },
                { try await store.setBlacklisted(false, everyone, for: SampleWorld.appID) },
            ]
            var refused: Set<Int> = []
            for round in 0..<500 where refused.count < changes.count {
                // Each round starts with a different change, so that each change also comes last in some rounds.
                let order = changes.indices.map { ($0 + round) % changes.count }
                refused.formUnion(
                    try await withThrowingTaskGroup(of: Int?.self) { group in
                        for index in order {
                            group.addTask {
                                do {
                                    try await changes[index]()
                                    return nil
                                } catch let refusal as Refusal {
                                    try expectEqual(refusal.code, .concurrentChange, "the refusal")
                                    return index
                                }
                            }
                        }
                        return try await group.reduce(into: Set<Int>()) { if let index = $1 { $0.insert(index) } }
                    })
                let tags = try await store.tags(of: SampleWorld.appID)
                try expect([0, 20].contains(tags[1].count), "a tagging was applied in part: \(tags)")
                let blacklist = try await store.blacklist(after: nil, of: SampleWorld.appID)
                try expect([0, 20].contains(blacklist.total), "the blacklist was changed in part: \(blacklist.total)")
            }
            try expectEqual(refused, [0, 1, 2, 3], "the changes that were refused in some round")
        },
        ConformanceCase("each of several calls that share a follower is applied in full or refused with 45169") {
            tested in
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
                            try expectEqual(
                                refusal.code, .concurrentChange, "the refusal of a call that shares a follower")
                            return nil
                        }
                    }
                }
                return try await group.reduce(into: Set<TagID>()) { applied, tag in
                    if let tag { applied.insert(tag) }
                }
            }
            try expect(!applied.isEmpty, "the store applied none of the calls")
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
        ConformanceCase("tags that are created at the same time get different ids") { tested in
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
