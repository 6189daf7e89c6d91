import DequeModule

/// Decides which tag is folded next, one tag at a time. It does not fold.
struct FoldingQueue {
    struct Tag: Hashable {
        let account: AccountKey
        let key: Int
    }

    private var flips: [Tag: Int] = [:]
    /// The tags that wait. The first is being folded.
    private var waiting: Deque<Tag> = []

    /// Counts a call that has changed the carriers of a tag. Returns true if the caller must begin to fold.
    mutating func count(_ tag: Tag, threshold: Int) -> Bool {
        flips[tag, default: 0] += 1
        guard flips[tag, default: 0] >= threshold else { return false }
        flips[tag] = nil
        guard !waiting.contains(tag) else { return false }
        waiting.append(tag)
        return waiting.count == 1
    }

    /// The tag that is being folded.
    var first: Tag? { waiting.first }

    /// Removes the first tag, which has been folded. Returns true if another tag waits.
    mutating func next() -> Bool {
        _ = waiting.popFirst()
        return !waiting.isEmpty
    }
}
