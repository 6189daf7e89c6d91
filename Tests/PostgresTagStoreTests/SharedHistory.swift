import OfficialAccount
import Synchronization
import TagStore
import TagStoreConformance

/// Records the answers to several callers at several nodes, and checks whether these answers explain the state of the
/// store.
final class SharedHistory: Sendable {
    struct Pair: Hashable, Sendable {
        let openID: OpenID
        let tag: TagID
    }

    /// An acknowledged call. It took effect at some moment between its beginning and its end.
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

    /// The number of calls that ended with each errcode.
    var outcomes: [Int: Int] { contents.withLock { $0.outcomes } }

    /// Returns the present moment as a number. Each later moment has a higher number.
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

    /// Returns the parts of the final state that contradict the acknowledged and refused calls.
    func contradictions(_ followers: [OpenID], _ tags: [TagID], held: Set<Pair>) -> [String] {
        let effects = contents.withLock { $0.effects }
        var found: [String] = []
        for openID in followers {
            for tag in tags {
                let pair = Pair(openID: openID, tag: tag)
                let own = effects[pair] ?? []
                let isHeld = held.contains(pair)
                // A call can be the last effective call if no call of the other kind began after this call had ended.
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

/// Runs callers at several nodes. The callers tag and untag the same followers of one account.
struct SharedLoad: Sendable {
    static let appID = AppID("wx00000000000000aa")
    static let followers = (0..<80).map { OpenID.numbered("oShare", $0) }
    static let tags = (100..<125).map { TagID($0) }

    let history = SharedHistory()

    /// Creates the account, its tags and its followers.
    static func prepare(_ store: any TagStore, secret: Fingerprint) async throws {
        try await store.createAccount(Account(appID: appID, kind: .service, isCertified: true, secret: secret))
        for tag in tags { _ = try await store.createTag(named: "tag \(tag)", id: tag, for: appID) }
        try await store.follow(followers, of: appID, at: UnixTime(seconds: 1_700_000_000))
    }

    /// Runs the callers until `isOver` returns true.
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

    /// Checks whether the acknowledged calls explain the tags that a node reports, and whether the node's lists of
    /// carriers agree with the node's counts. Returns a description of each problem.
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
