import OfficialAccount
import TagStore

extension ConformanceSuite {
    static let profileCases: [ConformanceCase] = [
        ConformanceCase("a profile shows tags, remark and time, or only the openid if the follower has left") {
            tested in
            let store = try await SampleWorld.make(in: tested)
            let (one, away) = (SampleWorld.follower(1), SampleWorld.follower(2))
            try await store.batchTagging(SampleWorld.list(one, away), tag: SampleWorld.tag, for: SampleWorld.appID)
            try await store.setRemark("老王", of: one, for: SampleWorld.appID)
            try await store.unfollow([away], of: SampleWorld.appID)
            try await tested.restart()
            let expected = [
                FollowerProfile(openID: away, following: nil),
                FollowerProfile(
                    openID: one,
                    following: .init(since: SampleWorld.start.seconds, remark: "老王", tagIDs: [SampleWorld.tag])),
            ]
            try expectEqual(
                try await (await tested.store).profiles(of: [away, one], for: SampleWorld.appID), expected, "profiles")
            try await (await tested.store).follow([away], of: SampleWorld.appID, at: SampleWorld.start + 60)
            try expectEqual(
                try await (await tested.store).profiles(of: [away], for: SampleWorld.appID).first?.following,
                .init(since: SampleWorld.start.seconds + 60, remark: "", tagIDs: [SampleWorld.tag]),
                "a follower who is back")
        },
        ConformanceCase(
            "a remark can have thirty bytes, a longer one is answered 40092, and an empty text removes the remark"
        ) { tested in
            let store = try await SampleWorld.make(in: tested)
            let openID = SampleWorld.follower(0)
            let longest = String(repeating: "备", count: 10)
            try await store.setRemark(longest, of: openID, for: SampleWorld.appID)
            try await expectRefusal(.invalidRemark, "31 bytes") {
                try await store.setRemark(longest + "x", of: openID, for: SampleWorld.appID)
            }
            try await tested.restart()
            let reopened = await tested.store
            try expectEqual(
                try await reopened.profiles(of: [openID], for: SampleWorld.appID).first?.following?.remark, longest,
                "remark")
            try await reopened.setRemark("", of: openID, for: SampleWorld.appID)
            try await tested.restart()
            try expectEqual(
                try await (await tested.store).profiles(of: [openID], for: SampleWorld.appID).first?.following?.remark,
                "",
                "the removed remark")
        },
        ConformanceCase("a remark with U+0000 is answered 40092, and the earlier remark stays") { tested in
            let store = try await SampleWorld.make(in: tested)
            let openID = SampleWorld.follower(0)
            try await store.setRemark("old", of: openID, for: SampleWorld.appID)
            for remark in ["\0", "a\0", "\0a", "a\0b"] {
                try await expectRefusal(.invalidRemark, "U+0000") {
                    try await store.setRemark(remark, of: openID, for: SampleWorld.appID)
                }
            }
            // The other control characters are not special to a database.
            let odd = "\u{1}\t\n\u{7f}\u{85}\u{2028}"
            try await tested.restart()
            let reopened = await tested.store
            try expectEqual(
                try await reopened.profiles(of: [openID], for: SampleWorld.appID).first?.following?.remark, "old",
                "remark")
            try await reopened.setRemark(odd, of: openID, for: SampleWorld.appID)
            try await tested.restart()
            try expectEqual(
                try await (await tested.store).profiles(of: [openID], for: SampleWorld.appID).first?.following?.remark,
                odd, "the odd remark")
        },
        ConformanceCase("only followers can have a remark or a profile") { tested in
            let store = try await SampleWorld.make(in: tested)
            try await store.unfollow([SampleWorld.follower(0)], of: SampleWorld.appID)
            for (openID, remark, profile) in [
                (SampleWorld.follower(0), ErrorCode.requireSubscribe, nil),
                (OpenID.numbered("oNobod", 1), .invalidOpenID, ErrorCode.invalidOpenID),
                (SampleWorld.stranger(0), .openIDOfAnotherAccount, .openIDOfAnotherAccount),
            ] {
                try await expectRefusal(remark, "a remark about \(openID)") {
                    try await store.setRemark("x", of: openID, for: SampleWorld.appID)
                }
                guard let profile else { continue }
                try await expectRefusal(profile, "the profile of \(openID)") {
                    try await store.profiles(of: [openID], for: SampleWorld.appID)
                }
            }
        },
        ConformanceCase("each page of followers states the number of all followers") { tested in
            let store = try await SampleWorld.make(in: tested, followers: 20_001)
            try await store.unfollow([SampleWorld.follower(3)], of: SampleWorld.appID)
            var sizes: [Int] = []
            var listed: [OpenID] = []
            repeat {
                let page = try await store.followers(after: listed.last, of: SampleWorld.appID)
                try expectEqual(page.total, 20_000, "total")
                sizes.append(page.openIDs.count)
                listed += page.openIDs
                if page.openIDs.isEmpty { break }
            } while true
            try expectEqual(sizes, [10_000, 10_000, 0], "sizes")
            try expectEqual(listed, (0...20_000).filter { $0 != 3 }.map(SampleWorld.follower), "followers")
            try expectEqual(
                try await store.followers(after: SampleWorld.follower(3), of: SampleWorld.appID).openIDs.first,
                SampleWorld.follower(4), "after a follower who left")
            try await expectRefusal(.invalidOpenID, "after an unknown openid") {
                try await store.followers(after: OpenID.numbered("oNobod", 1), of: SampleWorld.appID)
            }
        },
    ]

    static let blacklistCases: [ConformanceCase] = [
        ConformanceCase("followers on the blacklist keep their tags") { tested in
            let store = try await SampleWorld.make(in: tested)
            let (one, two) = (SampleWorld.follower(1), SampleWorld.follower(2))
            try await store.batchTagging(SampleWorld.list(one), tag: SampleWorld.tag, for: SampleWorld.appID)
            try await store.setBlacklisted(true, SampleWorld.list(two, one, one), for: SampleWorld.appID)
            try await tested.restart()
            let reopened = await tested.store
            try expectEqual(
                try await reopened.blacklist(after: nil, of: SampleWorld.appID),
                OpenIDPage(total: 2, openIDs: [one, two]), "blacklist")
            try expectEqual(try await reopened.tagIDs(of: one, for: SampleWorld.appID), [SampleWorld.tag], "tags")
            try await reopened.batchTagging(SampleWorld.list(two), tag: SampleWorld.tag, for: SampleWorld.appID)
            try await reopened.setBlacklisted(false, SampleWorld.list(one), for: SampleWorld.appID)
            try await tested.restart()
            try expectEqual(
                try await (await tested.store).blacklist(after: nil, of: SampleWorld.appID),
                OpenIDPage(total: 1, openIDs: [two]), "blacklist afterwards")
            try expectEqual(
                try await (await tested.store).blacklist(after: two, of: SampleWorld.appID).openIDs, [],
                "after the last openid")
        },
        ConformanceCase("a call blacklists at most twenty openids, and a page of the blacklist has a thousand") {
            tested in
            let store = try await SampleWorld.make(in: tested, followers: 1020)
            for (list, code) in [
                (nil, ErrorCode.invalidOpenIDListSize), (OpenIDList([]), .invalidOpenIDListSize),
                (OpenIDList((0..<21).map(SampleWorld.follower)), .invalidOpenIDListSize),
                (OpenIDList([SampleWorld.follower(0), SampleWorld.stranger(0)]), .openIDOfAnotherAccount),
            ] {
                try await expectRefusal(code, "a list of \(list?.count ?? -1)") {
                    try await store.setBlacklisted(true, list, for: SampleWorld.appID)
                }
            }
            for start in stride(from: 0, to: 1020, by: 20) {
                try await store.setBlacklisted(
                    true, OpenIDList((start..<start + 20).map(SampleWorld.follower)), for: SampleWorld.appID)
            }
            let first = try await store.blacklist(after: nil, of: SampleWorld.appID)
            let second = try await store.blacklist(after: first.openIDs.last, of: SampleWorld.appID)
            try expectEqual([first.total, first.openIDs.count, second.openIDs.count], [1020, 1000, 20], "pages")
        },
    ]
}
