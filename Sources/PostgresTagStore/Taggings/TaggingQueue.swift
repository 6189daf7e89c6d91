import DequeModule
import OfficialAccount
import TagStore

/// The taggings of a node that wait to be written or are being written. It decides which calls form a group and which
/// conflict, without threads or a database.
struct TaggingQueue {
    /// A tagging or untagging whose followers are claimed on this node.
    struct Call: Sendable {
        let effect: FollowerEffect<TagID>
        let appID: AppID
        let list: OpenIDList
        /// The openids of the list, each once.
        let openIDs: [OpenID]
        let answer: CheckedContinuation<Result<Void, Refusal>, Never>
    }

    /// Calls of one account that all tag or all untag, to be written with one statement.
    struct Group: Sendable {
        let appID: AppID
        let isTagging: Bool
        let calls: [Call]
    }

    private struct Kind: Hashable {
        let appID: AppID
        let isTagging: Bool
    }

    /// The highest number of openids in one statement, unless its first call has more. It is large enough to spread the
    /// statement's cost and small enough to keep waits short.
    static let openIDsPerGroup = 3200

    /// Followers that a call in flight is changing.
    private var claimed: [AppID: Set<OpenID>] = [:]
    private var waiting: [Kind: [Call]] = [:]
    /// Kinds with waiting calls, in the order in which they began to wait.
    private var order: Deque<Kind> = []
    private(set) var count = 0
    /// The groups of an account that are still to be written pessimistically, because an earlier one met a conflict.
    private var pessimisticGroups: [AppID: Int] = [:]
    /// Groups that are being written.
    private(set) var running = 0

    /// The result of claiming followers.
    enum Claim {
        /// The followers are claimed. The list has each of them once, in order.
        case claimed([OpenID])
        /// Another call holds this follower, so no follower was claimed.
        case conflict(OpenID)
    }

    /// Claims the followers of a list for a call. The list may name a follower twice.
    mutating func claim(_ list: [OpenID], of appID: AppID) -> Claim {
        var held = claimed.removeValue(forKey: appID) ?? []
        defer { claimed[appID] = held.isEmpty ? nil : held }
        var unique: [OpenID] = []
        unique.reserveCapacity(list.count)
        // The followers of the list so far. It stays nil until a follower comes twice or is held by another call.
        var own: Set<OpenID>?
        for openID in list {
            if held.insert(openID).inserted {
                unique.append(openID)
                own?.insert(openID)
            } else if own == nil {
                own = Set(unique)
            }
            if let own, !own.contains(openID) {
                held.subtract(unique)
                return .conflict(openID)
            }
        }
        return .claimed(unique)
    }

    mutating func release(_ openIDs: [OpenID], of appID: AppID) {
        claimed[appID]?.subtract(openIDs)
        if claimed[appID]?.isEmpty == true { claimed[appID] = nil }
    }

    /// Returns whether to write the next group of an account optimistically. If not, one pessimistic group fewer
    /// remains.
    mutating func isOptimistic(_ appID: AppID) -> Bool {
        guard let left = pessimisticGroups[appID] else { return true }
        pessimisticGroups[appID] = left > 1 ? left - 1 : nil
        return false
    }

    /// Notes that a group met a conflict: the next 16 groups of the account are written pessimistically.
    mutating func noteConflict(_ appID: AppID) {
        pessimisticGroups[appID] = 16
    }

    /// Queues a call. Returns true if the caller must start to write another group.
    mutating func append(_ call: Call, atOnce limit: Int) -> Bool {
        var isTagging = false
        if case .tag = call.effect { isTagging = true }
        let kind = Kind(appID: call.appID, isTagging: isTagging)
        if waiting[kind] == nil { order.append(kind) }
        waiting[kind, default: []].append(call)
        count += 1
        guard running < limit else { return false }
        running += 1
        return true
    }

    /// Returns the next group to write. Returns nil if no call waits; then one group fewer counts as running.
    mutating func next() -> Group? {
        guard let kind = order.first, let calls = waiting[kind] else {
            running -= 1
            return nil
        }
        _ = order.popFirst()
        var taken = 0
        var openIDs = 0
        while taken < calls.count, taken == 0 || openIDs + calls[taken].openIDs.count <= Self.openIDsPerGroup {
            openIDs += calls[taken].openIDs.count
            taken += 1
        }
        if taken < calls.count {
            waiting[kind] = Array(calls[taken...])
            order.append(kind)
        } else {
            waiting[kind] = nil
        }
        count -= taken
        return Group(appID: kind.appID, isTagging: kind.isTagging, calls: Array(calls[..<taken]))
    }
}
