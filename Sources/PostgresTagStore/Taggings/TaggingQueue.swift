import OfficialAccount
import TagStore

/// The taggings of a node that wait to be written or are being written: who goes with whom, and who stands in whose
/// way. The decisions, without threads or database.
struct TaggingQueue {
    /// A tagging or untagging that its node finds nothing against.
    struct Call: Sendable {
        let effect: TaggingEffect
        let appID: AppID
        let list: OpenIDList
        /// The openids of the list, each once.
        let openIDs: [OpenID]
        let answer: CheckedContinuation<Result<Void, Refusal>, Never>
    }

    /// Calls of one account that want the same, to be written with one statement.
    struct Group: Sendable {
        let appID: AppID
        let isTagging: Bool
        let calls: [Call]
    }

    private struct Kind: Hashable {
        let appID: AppID
        let isTagging: Bool
    }

    /// openids in one statement, beyond those of its first call: enough that its own cost is spread, few enough that
    /// nobody waits long.
    static let openIDsPerGroup = 3200

    /// Followers of whom a call in flight is changing something.
    private var claimed: [AppID: Set<OpenID>] = [:]
    private var waiting: [Kind: [Call]] = [:]
    /// Kinds of which calls wait, in the order in which they began to.
    private var order: [Kind] = []
    private(set) var count = 0
    /// The groups of an account that are still to be written pessimistically, because an earlier one met a conflict.
    private var cautious: [AppID: Int] = [:]
    /// Groups that are being written.
    private(set) var running = 0

    /// What comes of claiming followers.
    enum Claim {
        /// They are claimed: each once, in order.
        case claimed([OpenID])
        /// Another call holds this one, and none are claimed.
        case conflict(OpenID)
    }

    /// Claims the followers of a list for a call, in which some may come twice.
    mutating func claim(_ list: [OpenID], of appID: AppID) -> Claim {
        var held = claimed.removeValue(forKey: appID) ?? []
        defer { claimed[appID] = held.isEmpty ? nil : held }
        var unique: [OpenID] = []
        unique.reserveCapacity(list.count)
        // Those of the list up to one that comes twice or is held; only then is it worth having.
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

    /// Whether the next group of an account is worth trying as if nothing could be in the way.
    mutating func isHopeful(_ appID: AppID) -> Bool {
        guard let left = cautious[appID] else { return true }
        cautious[appID] = left > 1 ? left - 1 : nil
        return false
    }

    /// Something was in the way of a group that was tried so.
    mutating func disappoint(_ appID: AppID) {
        cautious[appID] = 16
    }

    /// Lines a call up. True if another group may be written beside those that are.
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

    /// The next group to be written; nil if nobody waits, and then one group fewer is being written.
    mutating func next() -> Group? {
        guard let kind = order.first, let calls = waiting[kind] else {
            running -= 1
            return nil
        }
        order.removeFirst()
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
