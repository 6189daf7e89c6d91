import DequeModule

/// Decides which tag the store folds next, one tag at a time. This type does not fold the tag itself.
struct FoldingQueue {
    struct Tag: Hashable {
        let account: AccountKey
        let key: Int
    }

    private var flips: [Tag: Int] = [:]
    /// The tags that wait to be folded. The store is already folding the first one.
    private var waiting: Deque<Tag> = []

    /// Counts a change of the carriers of a tag. Returns true if the caller must begin to fold.
    mutating func count(_ tag: Tag, threshold: Int) -> Bool {
        flips[tag, default: 0] += 1
        guard flips[tag, default: 0] >= threshold else { return false }
        flips[tag] = nil
        guard !waiting.contains(tag) else { return false }
        waiting.append(tag)
        return waiting.count == 1
    }

    /// The tag that the store is folding; nil if no tag waits.
    var first: Tag? { waiting.first }

    /// Removes the first tag, which has been folded. Returns true if another tag waits.
    mutating func next() -> Bool {
        _ = waiting.popFirst()
        return !waiting.isEmpty
    }
}
