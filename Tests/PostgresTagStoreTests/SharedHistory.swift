import OfficialAccount
import Synchronization
import TagStore
import TagStoreConformance

/// What several callers at several nodes were told, and whether the store can be what it is after that.
final class SharedHistory: Sendable {
    struct Pair: Hashable, Sendable {
        let openID: OpenID
        let tag: TagID
    }

    /// A call that was acknowledged: it took effect at some moment between its beginning and its end.
    private struct Effect: Sendable {
        let isTagging: Bool
        let begin: Int
        let end: Int
    }

    private struct Contents {
        var moments = 0
        var effects: [Pair: [Effect]] = [:]
        var outcomes: [Int: Int] = [:]
    }

    private let contents = Mutex(Contents())

    /// How many calls ended with each errcode.
    var outcomes: [Int: Int] { contents.withLock { $0.outcomes } }

    /// The next moment.
    func now() -> Int {
        contents.withLock { contents in
            contents.moments += 1
            return contents.moments
        }
    }

    func note(_ openIDs: [OpenID], _ tag: TagID, isTagging: Bool, since begin: Int, errcode: Int) {
        let end = now()
        contents.withLock { contents in
            contents.outcomes[errcode, default: 0] += 1
            guard errcode == 0 else { return }
            for openID in openIDs {
                contents.effects[Pair(openID: openID, tag: tag), default: []].append(
                    Effect(isTagging: isTagging, begin: begin, end: end))
            }
        }
    }

    /// Everything about the end that contradicts what was acknowledged or refused.
    func contradictions(_ followers: [OpenID], _ tags: [TagID], held: Set<Pair>) -> [String] {
        let effects = contents.withLock { $0.effects }
        var found: [String] = []
        for openID in followers {
            for tag in tags {
                let pair = Pair(openID: openID, tag: tag)
                let own = effects[pair] ?? []
                let isHeld = held.contains(pair)
                // The last to take effect is one after which none of the other kind began.
                let possible = own.filter { $0.isTagging == isHeld }.contains { last in
                    !own.contains { $0.isTagging != isHeld && $0.begin > last.end }
                }
                if possible || (!isHeld && !own.contains(where: \.isTagging)) { continue }
                found.append("\(openID) \(isHeld ? "carries" : "does not carry") \(tag) after \(own)")
            }
        }
        return found
    }
}

/// Callers at nodes who tag and untag followers that they have in common, and the world they do it in.
struct SharedLoad: Sendable {
    static let appID = AppID("wx00000000000000aa")
    static let followers = (0..<80).compactMap { number in
        OpenID("oShare" + String(repeating: "0", count: 20) + (number < 10 ? "0" : "") + String(number))
    }
    static let tags = (100..<125).map { TagID($0) }

    let history = SharedHistory()

    /// Makes the account, its tags and its followers.
    static func prepare(_ store: any TagStore, secret: Fingerprint) async throws {
        try await store.createAccount(Account(appID: appID, kind: .service, isCertified: true, secret: secret))
        for tag in tags { _ = try await store.createTag(named: "tag \(tag)", id: tag, for: appID) }
        try await store.follow(followers, of: appID, at: UnixTime(seconds: 1_700_000_000))
    }

    /// Calls until `isOver`.
    func run(at nodes: [any TagStore], callers: Int, seed: UInt64, until isOver: @escaping @Sendable () -> Bool) async {
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<callers {
                let node = nodes[caller % nodes.count]
                group.addTask {
                    var random = SeededGenerator(seed: seed &+ UInt64(caller))
                    while !isOver() { await call(node, &random) }
                }
            }
        }
    }

    private func call(_ node: any TagStore, _ random: inout SeededGenerator) async {
        let openIDs = Array(
            Set(
                (0..<Int.random(in: 1...8, using: &random)).compactMap { _ in
                    Self.followers.randomElement(using: &random)
                }))
        guard let tag = Self.tags.randomElement(using: &random) else { return }
        let isTagging = Int.random(in: 0..<4, using: &random) > 0
        let begin = history.now()
        var errcode = 0
        do throws(Refusal) {
            if isTagging {
                try await node.batchTagging(OpenIDList(openIDs), tag: tag, for: Self.appID)
            } else {
                try await node.batchUntagging(OpenIDList(openIDs), tag: tag, for: Self.appID)
            }
        } catch {
            errcode = error.code.rawValue
        }
        history.note(openIDs, tag, isTagging: isTagging, since: begin, errcode: errcode)
    }

    /// Compares what a node tells of everyone with what was acknowledged, and its listings with its counts.
    func problems(_ store: any TagStore) async throws -> [String] {
        var held: Set<SharedHistory.Pair> = []
        var problems: [String] = []
        for openID in Self.followers {
            let tags = try await store.tagIDs(of: openID, for: Self.appID)
            if tags.count > store.limits.tagsPerFollower { problems.append("\(openID) carries \(tags.count) tags") }
            for tag in tags { held.insert(SharedHistory.Pair(openID: openID, tag: tag)) }
        }
        for tag in try await store.tags(of: Self.appID) {
            let listed = try await store.followers(carrying: tag.id, after: nil, for: Self.appID)
            let expected = Self.followers.filter { held.contains(SharedHistory.Pair(openID: $0, tag: tag.id)) }
            if listed != expected { problems.append("tag \(tag.id) lists \(listed.count), \(expected.count) carry it") }
            if tag.count != expected.count { problems.append("tag \(tag.id) counts \(tag.count) of \(expected.count)") }
        }
        return problems + history.contradictions(Self.followers, Self.tags, held: held)
    }
}
