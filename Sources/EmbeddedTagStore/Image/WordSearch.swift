import OfficialAccount
import TagStore

/// Decides whether the tag words of followers meet a condition. The search evaluates the condition only once for each
/// combination of the tags that the condition mentions.
struct WordSearch {
    /// The most combinations for which the search keeps the result.
    private static let mostKnown = 4096

    private let condition: TagCondition
    private let slots: [TagID: TagSlot]
    /// The slots that the condition mentions.
    private let mentioned: TagWord
    private var known: [TagWord: Bool] = [:]

    init(_ condition: TagCondition, among tags: TagTable) {
        self.condition = condition
        let pairs = condition.tagIDs.compactMap { id in tags.slot(of: id).map { (id, $0) } }
        slots = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        mentioned = pairs.reduce(into: 0) { $0.insert($1.1) }
    }

    mutating func isMet(by word: TagWord) -> Bool {
        let carried = word & mentioned
        if let isMet = known[carried] { return isMet }
        let isMet = condition.isMet { id in slots[id].map(carried.carries) ?? false }
        if known.count < Self.mostKnown { known[carried] = isMet }
        return isMet
    }
}

extension FollowerTable {
    /// The most chunks in which one search looks at followers: about 130,000 followers, which take a few milliseconds.
    private static let mostSearched = 32

    /// Looks at present followers from the ordinal `start` on, and returns those whose words meet the condition of
    /// `search`.
    ///
    /// - Parameter slot: the tag that the followers must carry; nil to look at all followers. The search skips chunks
    ///   in which no follower carries the tag.
    func search(
        _ search: inout WordSearch, from start: Int, carrying slot: TagSlot?, limit: Int
    ) -> FoundFollowers {
        var found = FoundFollowers()
        var next = start
        var left = Self.mostSearched
        while next < count, left > 0 {
            let chunk = chunks[next >> FollowerChunk.shift]
            let first = next & ~(FollowerChunk.capacity - 1)
            if slot.map({ chunk.view.carriers[Int($0)] > 0 }) ?? true {
                Self.search(&search, chunk, from: next - first, carrying: slot, limit: limit, &found)
                left -= 1
            }
            next = first + FollowerChunk.capacity
        }
        if next < count { found.end = openID(at: Ordinal(next - 1)) }
        return found
    }

    private static func search(
        _ search: inout WordSearch, _ chunk: FollowerChunk, from start: Int, carrying slot: TagSlot?, limit: Int,
        _ found: inout FoundFollowers
    ) {
        let followers = chunk.view.followers
        for index in start..<chunk.count {
            let word = followers[index].word
            guard followers[index].flags.contains(.following), slot.map(word.carries) ?? true else { continue }
            found.lookedAt += 1
            guard search.isMet(by: word) else { continue }
            found.count += 1
            if found.openIDs.count < limit { found.openIDs.append(followers[index].openID) }
        }
    }
}
