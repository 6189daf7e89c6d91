import OfficialAccount

/// Packs taggings into batches for the calls, so that no follower is ever in two calls at once.
struct BatchQueue {
    private struct Kind: Hashable {
        let verb: Tagging.Verb
        let tag: TagID
    }

    private let batchSize: Int
    private let capacity: Int
    private var gathering: [Kind: [Tagging]] = [:]
    private var ready: [Batch] = []
    private var claimed: Set<OpenID> = []
    private var seen: RecentTaggings

    /// - Parameters:
    ///   - batchSize: the number of followers in a batch.
    ///   - capacity: the number of ready batches at which the queue is full.
    ///   - memory: the least number of taggings that the queue remembers, so that it notices duplicates.
    init(batchSize: Int, capacity: Int, memory: Int) {
        self.batchSize = batchSize
        self.capacity = capacity
        seen = RecentTaggings(capacity: memory)
    }

    var isFull: Bool { ready.count >= capacity }

    /// Adds a tagging, unless it is a duplicate.
    ///
    /// - Returns: false if `tagging` is a duplicate of an earlier tagging.
    mutating func add(_ tagging: Tagging) -> Bool {
        let kind = Kind(verb: tagging.verb, tag: tagging.tag)
        if let gathered = gathering[kind], gathered.contains(where: { $0.openID == tagging.openID }) { return false }
        guard seen.insert(tagging) else { return false }
        // An incomplete batch with the opposite change of this follower becomes ready now, so that the run sends it
        // before this tagging.
        let opposite = Kind(verb: tagging.verb == .tag ? .untag : .tag, tag: tagging.tag)
        if let gathered = gathering[opposite], gathered.contains(where: { $0.openID == tagging.openID }) {
            complete(opposite)
        }
        gathering[kind, default: []].append(tagging)
        if gathering[kind, default: []].count == batchSize { complete(kind) }
        return true
    }

    /// Notes the end of the input.
    ///
    /// The batches that are not full become ready too.
    mutating func endInput() {
        for kind in gathering.keys.sorted(by: { ($0.tag, $0.verb.rawValue) < ($1.tag, $1.verb.rawValue) }) {
            complete(kind)
        }
    }

    private mutating func complete(_ kind: Kind) {
        guard let taggings = gathering.removeValue(forKey: kind) else { return }
        ready.append(Batch(taggings, verb: kind.verb, tag: kind.tag))
    }

    /// Removes and returns the first batch that shares no follower with a batch that is under way or earlier in the
    /// queue.
    ///
    /// Returns nil if there is no such batch. Until ``release(_:)`` frees the followers of this batch, the queue
    /// returns no other batch with one of these followers.
    mutating func next() -> Batch? {
        var waiting: Set<OpenID> = []
        var found: Int?
        for (index, batch) in ready.enumerated() {
            if batch.isClaimed
                || !batch.taggings.contains(where: { claimed.contains($0.openID) || waiting.contains($0.openID) })
            {
                found = index
                break
            }
            for tagging in batch.taggings { waiting.insert(tagging.openID) }
        }
        guard let index = found else { return nil }
        var batch = ready.remove(at: index)
        if !batch.isClaimed {
            for tagging in batch.taggings { claimed.insert(tagging.openID) }
            batch.isClaimed = true
        }
        return batch
    }

    /// Puts batches that ``next()`` returned, or parts of such batches, before all other batches.
    mutating func putBack(_ batches: [Batch]) {
        ready.insert(contentsOf: batches, at: 0)
    }

    /// Frees the followers of `outcomes` for other batches.
    mutating func release(_ outcomes: [Outcome]) {
        for outcome in outcomes { claimed.remove(outcome.tagging.openID) }
    }

    /// Removes and returns all batches that are still in the queue.
    mutating func drain() -> [Batch] {
        endInput()
        defer { ready = [] }
        return ready
    }
}

/// The last verb for each of the latest pairs of a follower and a tag.
///
/// It remembers at least `capacity` pairs and at most twice as many.
private struct RecentTaggings {
    private struct Subject: Hashable {
        let openID: OpenID
        let tag: TagID
    }

    private let capacity: Int
    private var present: [Subject: Tagging.Verb] = [:]
    private var past: [Subject: Tagging.Verb] = [:]

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Remembers a tagging, and returns false if the last tagging of the same follower and tag had the same verb.
    mutating func insert(_ tagging: Tagging) -> Bool {
        guard capacity > 0 else { return true }
        let subject = Subject(openID: tagging.openID, tag: tagging.tag)
        guard (present[subject] ?? past[subject]) != tagging.verb else { return false }
        present[subject] = tagging.verb
        if present.count == capacity {
            past = present
            present = [:]
        }
        return true
    }
}
