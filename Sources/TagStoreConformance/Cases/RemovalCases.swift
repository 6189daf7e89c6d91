import OfficialAccount
import TagStore

extension ConformanceSuite {
    static let removalCases: [ConformanceCase] = [
        ConformanceCase("removing an account leaves nothing, also after a restart, and frees its appid") {
            tested in
            let store = try await world(in: tested)
            let other = try await records(of: SampleWorld.otherAppID, in: store)
            try await store.deleteAccount(SampleWorld.appID)
            for _ in 0..<2 {
                let store = await tested.store
                try await expectGone(SampleWorld.appID, in: store)
                try expectEqual(try await records(of: nil, in: store), other, "the records that are left")
                try await tested.restart()
            }
            let reopened = await tested.store
            try await reopened.createAccount(SampleWorld.account(SampleWorld.appID))
            try expectEqual(
                try await reopened.tags(of: SampleWorld.appID).map(\.id), [.starred], "tags of the new account")
            try await reopened.follow([SampleWorld.follower(1)], of: SampleWorld.appID, at: SampleWorld.start)
            _ = try await reopened.createTag(named: "new", id: nil, for: SampleWorld.appID)
            try await reopened.batchTagging(
                SampleWorld.list(SampleWorld.follower(1)), tag: SampleWorld.tag, for: SampleWorld.appID)
            try await tested.restart()
            try expectEqual(
                try await tested.store.tagIDs(of: SampleWorld.follower(1), for: SampleWorld.appID), [SampleWorld.tag],
                "tags of the new account's follower")
        },
        ConformanceCase("removing an account that is not there is refused") { tested in
            let store = try await world(in: tested)
            let before = try await records(of: nil, in: store)
            try await expectRefusal(.invalidAppID, "removing an unknown account") {
                try await store.deleteAccount("wxnobody")
            }
            try expectEqual(try await records(of: nil, in: store), before, "everything")
        },
        ConformanceCase("replacing an account leaves nothing of the old one, also after a restart") {
            tested in
            let store = try await world(in: tested)
            let beginning = try await records(of: SampleWorld.appID, in: store)
            let other = try await records(of: SampleWorld.otherAppID, in: store)
            for round in 0..<3 {
                let store = await tested.store
                _ = try await store.createTag(named: "round \(round)", id: nil, for: SampleWorld.appID)
                try await store.batchTagging(
                    OpenIDList((0..<50).map(SampleWorld.follower)), tag: SampleWorld.tag, for: SampleWorld.appID)
                try await store.follow([SampleWorld.follower(900)], of: SampleWorld.appID, at: SampleWorld.start)
                try await store.issueToken(
                    SampleWorld.token(50 + round), for: SampleWorld.appID, at: SampleWorld.start, rules: TokenRules())
                let placed = try await store.importState(.replacing) { sink in
                    for record in beginning { try sink.take(record) }
                }
                try expectEqual(placed, [SampleWorld.appID], "the accounts that were replaced")
                try expectEqual(try await records(of: SampleWorld.appID, in: store), beginning, "the account")
                try expectEqual(try await records(of: SampleWorld.otherAppID, in: store), other, "the other account")
                let verdict = try await store.verdict(on: SampleWorld.fingerprint(50 + round), at: SampleWorld.start)
                guard case .unknown = verdict else {
                    throw ConformanceFailure(description: "a token still works: \(verdict)")
                }
                try await tested.restart()
                try expectEqual(
                    try await records(of: SampleWorld.appID, in: await tested.store), beginning,
                    "the account after a restart")
            }
            try expectEqual(try await tested.store.accounts().count, 2, "accounts")
        },
        ConformanceCase(
            "replacing all accounts removes the accounts that the import lacks, and an interrupted import changes nothing"
        ) {
            tested in
            let store = try await world(in: tested)
            let first = try await records(of: SampleWorld.appID, in: store)
            struct CutOff: Error {}
            do {
                _ = try await store.importState(.replacingAll) { sink in
                    for record in first { try sink.take(record) }
                    throw CutOff()
                }
            } catch is CutOff {}
            try expectEqual(try await store.accounts().count, 2, "accounts after an interrupted replacement")
            _ = try await store.importState(.replacingAll) { sink in for record in first { try sink.take(record) } }
            try await expectGone(SampleWorld.otherAppID, in: store)
            try expectEqual(try await records(of: nil, in: store), first, "everything")
            try await tested.restart()
            try expectEqual(try await records(of: nil, in: await tested.store), first, "everything after a restart")
        },
        ConformanceCase(
            "a tagging during a replacement is either refused or applied before the replacement"
        ) { tested in
            let store = try await world(in: tested)
            let beginning = try await records(of: SampleWorld.appID, in: store)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        do {
                            try await store.batchTagging(
                                SampleWorld.list(SampleWorld.follower(number)), tag: SampleWorld.tag,
                                for: SampleWorld.appID)
                        } catch let refusal as Refusal {
                            let expected: Set<ErrorCode> = [
                                .invalidOpenID, .invalidTagID, .invalidAppID, .concurrentChange,
                            ]
                            try expect(expected.contains(refusal.code), "\(refusal)")
                        }
                    }
                    if number.isMultiple(of: 10) {
                        group.addTask {
                            _ = try await store.importState(.replacing) { sink in
                                for record in beginning { try sink.take(record) }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let present = try await records(of: nil, in: store)
            try await tested.restart()
            try expectEqual(try await records(of: nil, in: await tested.store), present, "everything after a restart")
        },
    ]

    private static func world(in tested: TestedStore) async throws -> any TagStore {
        let store = try await SampleWorld.make(in: tested, followers: 60)
        try await store.batchTagging(
            SampleWorld.list(SampleWorld.follower(3)), tag: SampleWorld.tag, for: SampleWorld.appID)
        try await store.setRemark("x", of: SampleWorld.follower(4), for: SampleWorld.appID)
        try await store.issueToken(
            SampleWorld.token(5), for: SampleWorld.appID, at: SampleWorld.start, rules: TokenRules())
        try await store.saveCounters([CallCounter(appID: SampleWorld.appID, name: "/x", period: 1, count: 2)])
        return store
    }

    private static func expectGone(_ appID: AppID, in store: any TagStore) async throws {
        try expect(try await store.account(appID) == nil, "the removed account is still found")
        try expect(
            try await !store.accounts().contains { $0.account.appID == appID }, "the removed account is still listed")
        try await expectRefusal(.invalidAppID, "exporting the removed account") {
            try await store.exportState(of: appID)
        }
        try expect(
            try await !store.counters().contains { $0.appID == appID },
            "the counts of the removed account are still found")
        if appID == SampleWorld.appID {
            let verdict = try await store.verdict(on: SampleWorld.fingerprint(5), at: SampleWorld.start)
            guard case .unknown = verdict else {
                throw ConformanceFailure(description: "the token of the removed account still works: \(verdict)")
            }
        }
        try await expectRefusal(.invalidAppID, "tagging for the removed account") {
            try await store.batchTagging(SampleWorld.list(SampleWorld.follower(1)), tag: SampleWorld.tag, for: appID)
        }
    }
}
