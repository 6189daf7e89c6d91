import OfficialAccount
import TagStore

extension ConformanceSuite {
    static let readingCases: [ConformanceCase] = [
        ConformanceCase(
            "the pages of a tag contain every follower with the tag, and the last page is empty"
        ) { tested in
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
                [tagged[1], tagged[2]], "followers after a follower without the tag")
            try await store.unfollow([tagged[1]], of: SampleWorld.appID)
            try expectEqual(
                try await store.followers(carrying: SampleWorld.tag, after: tagged[1], for: SampleWorld.appID),
                [tagged[2]], "followers after a follower who left")
        },
        ConformanceCase(
            "an unknown cursor is answered 40003, and an unknown or missing tag is answered 45159"
        ) { tested in
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
        ConformanceCase("consecutive searches find every present follower who meets a condition, and none twice") {
            tested in
            let store = try await SampleWorld.make(in: tested, followers: 12_000)
            for (name, step) in [("third", 3), ("many", 250)] {
                let tag = try await store.createTag(named: name, id: nil, for: SampleWorld.appID)
                let carriers = stride(from: 0, to: 12_000, by: step).map(SampleWorld.follower)
                for start in stride(from: 0, to: carriers.count, by: 50) {
                    let list = OpenIDList(Array(carriers[start..<min(start + 50, carriers.count)]))
                    try await store.batchTagging(list, tag: tag, for: SampleWorld.appID)
                }
            }
            try await store.unfollow([SampleWorld.follower(250)], of: SampleWorld.appID)
            for (text, isMet) in searches {
                let meant = (0..<12_000).filter { $0 != 250 && isMet($0) }.map(SampleWorld.follower)
                for limit in [12_000, 7] {
                    let found = try await all(meeting: text, limit: limit, in: store)
                    try expectEqual(found.count, meant.count, "number of \(text)")
                    try expectEqual(found.openIDs.prefix(7), meant.prefix(7), "first of \(text)")
                    if limit > 7 { try expectEqual(found.openIDs, meant, "all of \(text)") }
                }
            }
        },
        ConformanceCase("a search can begin after any follower, and an unknown follower or tag is refused") { tested in
            let store = try await SampleWorld.make(in: tested)
            let tagged = [1, 5, 9].map(SampleWorld.follower)
            try await store.batchTagging(OpenIDList(tagged), tag: SampleWorld.tag, for: SampleWorld.appID)
            try await store.unfollow([tagged[1]], of: SampleWorld.appID)
            let condition = try await condition("first", in: store)
            for cursor in [tagged[1], SampleWorld.follower(7)] {
                let found = try await store.followers(
                    meeting: condition, after: cursor, limit: 50, for: SampleWorld.appID)
                try expectEqual(found.openIDs, [tagged[2]], "followers after \(cursor)")
                try expectEqual([found.count, found.lookedAt], [1, 1], "numbers after \(cursor)")
                try expect(found.end == nil, "the search stopped before the last follower")
            }
            try await expectRefusal(.invalidOpenID, "unknown cursor") {
                try await store.followers(
                    meeting: condition, after: OpenID.numbered("oNobod", 1), limit: 50, for: SampleWorld.appID)
            }
            try await store.deleteTag(SampleWorld.tag, for: SampleWorld.appID)
            try await expectRefusal(.invalidTagID, "a tag that is deleted") {
                try await store.followers(meeting: condition, after: nil, limit: 50, for: SampleWorld.appID)
            }
        },
        ConformanceCase("reading the tags of an openid that does not follow is answered 40003 or 49003") { tested in
            let store = try await SampleWorld.make(in: tested)
            try await store.unfollow([SampleWorld.follower(0)], of: SampleWorld.appID)
            for openID in [SampleWorld.follower(0), OpenID.numbered("oNobod", 1)] {
                try await expectRefusal(.invalidOpenID, "tags of \(openID)") {
                    try await store.tagIDs(of: openID, for: SampleWorld.appID)
                }
            }
            try await expectRefusal(.openIDOfAnotherAccount, "tags of another account's follower") {
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

    /// Tag expressions for the case of consecutive searches. Each has a function that takes the number of a follower
    /// and returns whether this follower meets the expression.
    private static let searches: [(String, @Sendable (Int) -> Bool)] = [
        ("third", { $0 % 3 == 0 }), ("!third", { $0 % 3 != 0 }), ("many & third", { $0 % 750 == 0 }),
        ("many & !third", { $0 % 250 == 0 && $0 % 3 != 0 }), ("many | !third", { $0 % 250 == 0 || $0 % 3 != 0 }),
        ("third & !third", { _ in false }), ("!(third & !third)", { _ in true }), ("first", { _ in false }),
    ]

    private static func condition(_ text: String, in store: any TagStore) async throws -> TagCondition {
        let tags = try await store.tags(of: SampleWorld.appID)
        return try TagCondition(try TagExpression(text)) { name in
            guard let tag = tags.first(where: { $0.name == name }) else {
                throw ConformanceFailure(description: "there is no tag \(name)")
            }
            return tag
        }
    }

    /// Searches again and again until a search reaches the last follower. Returns all that the searches found.
    private static func all(meeting text: String, limit: Int, in store: any TagStore) async throws -> FoundFollowers {
        let condition = try await condition(text, in: store)
        var all = FoundFollowers()
        repeat {
            let found = try await store.followers(
                meeting: condition, after: all.end, limit: limit, for: SampleWorld.appID)
            try expect(found.openIDs.count == min(limit, found.count), "\(found.openIDs.count) of \(found.count)")
            all.openIDs += found.openIDs
            all.count += found.count
            all.lookedAt += found.lookedAt
            all.end = found.end
        } while all.end != nil
        return all
    }
}
