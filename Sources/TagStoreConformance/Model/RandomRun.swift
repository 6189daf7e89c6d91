import OfficialAccount
import TagStore

/// Applies the same random steps to a store and to the naive model, and compares their answers.
public struct RandomRun: Sendable {
    public let seed: UInt64
    public let steps: Int
    public private(set) var model = NaiveModel()

    public init(seed: UInt64, steps: Int) {
        self.seed = seed
        self.steps = steps
    }

    /// Runs every step. Throws ``ConformanceFailure`` with the seed and the step at the first difference.
    ///
    /// - Parameter afterStep: makes further checks of the store. The run calls it with the model after every step.
    public mutating func run(
        on tested: TestedStore, afterStep: (NaiveModel) async throws -> Void = { _ in }
    ) async throws {
        var random = SeededGenerator(seed: seed)
        for appID in RandomOperation.appIDs {
            try await tested.store.createAccount(SampleWorld.account(appID))
            model.createAccount(appID)
        }
        for step in 0..<steps {
            let operation = RandomOperation.random(using: &random)
            do {
                try await perform(operation, on: tested)
                try await afterStep(model)
            } catch {
                throw ConformanceFailure(description: "seed \(seed), step \(step), \(operation): \(error)")
            }
        }
        try await model.compare(with: await tested.store)
    }

    private mutating func perform(_ operation: RandomOperation, on tested: TestedStore) async throws {
        let store = await tested.store
        switch operation {
        case .createTag(let name, let id, let appID):
            let expected = model.createTag(named: name, id: id, for: appID)
            try await expectOutcome(expected) {
                _ = try await store.createTag(named: name, id: id.map { TagID($0) }, for: appID)
            }
        case .renameTag(let id, let name, let appID):
            let expected = model.renameTag(id, to: name, for: appID)
            try await expectOutcome(expected) { try await store.renameTag(TagID(id), to: name, for: appID) }
        case .deleteTag(let id, let appID):
            let expected = model.deleteTag(id, for: appID)
            try await expectOutcome(expected) { try await store.deleteTag(TagID(id), for: appID) }
        case .untag(let texts, let tag, let appID):
            let expected = model.batchUntagging(texts, tag: tag, for: appID)
            try await expectOutcome(expected) {
                try await store.batchUntagging(OpenIDList(texts: texts), tag: tag.map { TagID($0) }, for: appID)
            }
        case .blacklist(let isBlacklisted, let texts, let appID):
            let expected = model.setBlacklisted(isBlacklisted, texts, for: appID)
            try await expectOutcome(expected) {
                try await store.setBlacklisted(isBlacklisted, OpenIDList(texts: texts), for: appID)
            }
        case .remark(let remark, let openID, let appID):
            let expected = model.setRemark(remark, of: openID, for: appID)
            try await expectOutcome(expected) { try await store.setRemark(remark, of: openID, for: appID) }
        case .tag(let texts, let tag, let appID):
            let expected = model.batchTagging(texts, tag: tag, for: appID)
            try await expectOutcome(expected) {
                try await store.batchTagging(OpenIDList(texts: texts), tag: tag.map { TagID($0) }, for: appID)
            }
        case .follow(let openIDs, let appID):
            model.follow(openIDs, of: appID)
            try await store.follow(openIDs, of: appID, at: SampleWorld.start)
        case .unfollow(let openIDs, let appID):
            model.unfollow(openIDs, of: appID)
            try await store.unfollow(openIDs, of: appID)
        case .compare:
            try await model.compare(with: store)
        case .restart:
            try await tested.restart()
            try await model.compare(with: await tested.store)
        }
    }

    private func expectOutcome(_ expected: ErrorCode?, _ body: () async throws -> Void) async throws {
        var actual: ErrorCode?
        do {
            try await body()
        } catch let refusal as Refusal {
            actual = refusal.code
        }
        try expectEqual(actual?.rawValue ?? 0, expected?.rawValue ?? 0, "errcode")
    }
}

extension NaiveModel {
    /// Throws ``ConformanceFailure`` if the state of the store differs from the model.
    public func compare(with store: any TagStore) async throws {
        for appID in accounts.keys {
            try expectEqual(try await store.tags(of: appID), tags(of: appID), "tags of \(appID)")
            for id in accounts[appID]?.tagNames.keys.sorted() ?? [] {
                try expectEqual(
                    try await store.followers(carrying: TagID(id), after: nil, for: appID),
                    followers(carrying: id, of: appID), "followers with tag \(id) of \(appID)")
            }
            try expectEqual(
                try await store.followers(after: nil, of: appID).openIDs, allFollowers(of: appID),
                "followers of \(appID)")
            try expectEqual(
                try await store.blacklist(after: nil, of: appID).openIDs, blacklist(of: appID), "blacklist of \(appID)")
            let everFollowed = accounts[appID]?.everFollowed ?? []
            try expectEqual(
                try await store.profiles(of: everFollowed, for: appID).map { $0.following?.remark },
                everFollowed.map { remark(of: $0, for: appID) }, "remarks of \(appID)")
            for openID in accounts.values.flatMap(\.everFollowed) {
                var actual: Result<[TagID], Refusal>
                do throws(Refusal) {
                    actual = .success(try await store.tagIDs(of: openID, for: appID))
                } catch {
                    actual = .failure(Refusal(error.code, ""))
                }
                try expectEqual(actual, tagIDs(of: openID, for: appID), "tags of \(openID) in \(appID)")
            }
        }
    }
}
