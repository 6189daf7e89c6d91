import DequeModule
import OfficialAccount
import TagStore

/// The taggings of a node that wait to be written or are being written. The queue decides which calls form a group and
/// which calls conflict. It uses no threads and no database.
struct TaggingQueue {
    /// A tagging or untagging whose followers are claimed on this node.
    struct Call: Sendable {
        let effect: FollowerEffect<TagID>
        let appID: AppID
        /// The machine that holds the account; nil if the database is one machine.
        let machine: String?
        let list: OpenIDList
        /// The openids of the list, each once.
        let openIDs: [OpenID]
        let answer: CheckedContinuation<Result<Void, Refusal>, Never>
    }

    /// Calls of one account that all tag or all untag, to be written with one statement.
    struct Group: Sendable {
        let appID: AppID
        let machine: String?
        let isTagging: Bool
        let calls: [Call]
    }

    private struct Kind: Hashable {
        let appID: AppID
        let machine: String?
        let isTagging: Bool
    }

    /// A writer of groups for one machine. It writes one group after another.
    struct Writer: Sendable, Equatable {
        let machine: String?
    }

    /// The limits on the number of writers that work at the same time.
    struct Limits: Sendable {
        let all: Int
        /// The most writers for one machine. If there are several machines and several writers, this is less than
        /// `all`. So the other machines still have a writer if one machine does not answer.
        let each: Int
    }

    /// The most openids in one group, unless the first call of the group alone has more. A larger number would share
    /// the cost of a statement among more openids; a smaller number would make waits shorter.
    static let openIDsPerGroup = 3200

    /// Followers that a call in flight is changing.
    private var claimed: [AppID: Set<OpenID>] = [:]
    private var waiting: [Kind: [Call]] = [:]
    /// The kinds of the waiting calls. A kind that began to wait earlier comes first.
    private var order: Deque<Kind> = []
    private(set) var count = 0
    /// For each account, how many of the next groups the store writes pessimistically, because an earlier group met a
    /// conflict.
    private var pessimisticGroups: [AppID: Int] = [:]
    /// The number of writers for each machine.
    private var writers: [String?: Int] = [:]
    private(set) var running = 0

    /// The result of claiming followers.
    enum Claim {
        /// The followers are claimed. The list has each follower once, in the order of the call's list.
        case claimed([OpenID])
        /// Another call holds this follower, so no follower was claimed.
        case conflict(OpenID)
    }

    /// Claims the followers of a list for a call. It is no error if the list names a follower twice.
    mutating func claim(_ list: [OpenID], of appID: AppID) -> Claim {
        var held = claimed.removeValue(forKey: appID) ?? []
        defer { claimed[appID] = held.isEmpty ? nil : held }
        var unique: [OpenID] = []
        unique.reserveCapacity(list.count)
        // The followers that this call has claimed so far. The set stays nil until the list names a follower twice, or
        // names a follower that another call holds.
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

    /// Returns whether to write the next group of an account optimistically. If the result is false, counts this group
    /// as one of the pessimistic groups.
    mutating func isOptimistic(_ appID: AppID) -> Bool {
        guard let left = pessimisticGroups[appID] else { return true }
        pessimisticGroups[appID] = left > 1 ? left - 1 : nil
        return false
    }

    /// Notes that a group met a conflict. The store then writes the next 16 groups of the account pessimistically.
    mutating func noteConflict(_ appID: AppID) {
        pessimisticGroups[appID] = 16
    }

    /// Queues a call. Returns the writer that the caller must start; nil if the caller need not start a writer.
    mutating func append(_ call: Call, atOnce limits: Limits) -> Writer? {
        var isTagging = false
        if case .tag = call.effect { isTagging = true }
        let kind = Kind(appID: call.appID, machine: call.machine, isTagging: isTagging)
        if waiting[kind] == nil { order.append(kind) }
        waiting[kind, default: []].append(call)
        count += 1
        return start(for: call.machine, atOnce: limits)
    }

    /// Returns the next group for a writer to write; nil if no call waits for the writer's machine.
    mutating func next(for writer: Writer) -> Group? {
        guard let place = order.firstIndex(where: { $0.machine == writer.machine }) else { return nil }
        let kind = order.remove(at: place)
        let calls = waiting[kind] ?? []
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
        return Group(
            appID: kind.appID, machine: kind.machine, isTagging: kind.isTagging, calls: Array(calls[..<taken]))
    }

    /// Notes that a writer has written a group. Returns the writer that the caller must start next; nil if no waiting
    /// call may be written now.
    mutating func turn(after writer: Writer, atOnce limits: Limits) -> Writer? {
        running -= 1
        writers[writer.machine] = writers[writer.machine].flatMap { $0 > 1 ? $0 - 1 : nil }
        let next = order.first { writers[$0.machine, default: 0] < limits.each }
        return next.flatMap { start(for: $0.machine, atOnce: limits) }
    }

    private mutating func start(for machine: String?, atOnce limits: Limits) -> Writer? {
        guard running < limits.all, writers[machine, default: 0] < limits.each else { return nil }
        running += 1
        writers[machine, default: 0] += 1
        return Writer(machine: machine)
    }

    /// Removes and returns the calls that wait for `machine`. If `machine` is nil, removes and returns all waiting
    /// calls.
    mutating func removeWaiting(for machine: String?) -> [Call] {
        let kinds = order.filter { machine == nil || $0.machine == machine }
        order.removeAll { machine == nil || $0.machine == machine }
        let calls = kinds.flatMap { waiting.removeValue(forKey: $0) ?? [] }
        count -= calls.count
        return calls
    }
}
