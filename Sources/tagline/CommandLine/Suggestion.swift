/// Finds what somebody meant who typed something else.
enum Suggestion {
    /// The word that takes the fewest changes of a character, if they are few beside its length; nil if none is near.
    static func nearest(to typed: String, among words: [String]) -> String? {
        // Nobody types a word of this length by mistake.
        guard typed.count <= 60 else { return nil }
        let distances = words.map { ($0, distance(typed.lowercased(), $0)) }
        guard let (word, changes) = distances.min(by: { $0.1 < $1.1 }) else { return nil }
        if changes <= max(2, word.count / 3), changes < word.count { return word }
        return words.first { $0.hasPrefix(typed) && typed.count >= 3 }
    }

    /// Characters to insert, remove, replace or swap with their neighbour to make one text of the other.
    static func distance(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first), Array(second))
        var before: [Int] = []
        var last = Array(0...second.count)
        for (row, character) in first.enumerated() {
            var next = [row + 1]
            for (column, other) in second.enumerated() {
                var least = min(last[column + 1] + 1, next[column] + 1, last[column] + (character == other ? 0 : 1))
                if row > 0, column > 0, character == second[column - 1], first[row - 1] == other {
                    least = min(least, before[column - 1] + 1)
                }
                next.append(least)
            }
            before = last
            last = next
        }
        return last[second.count]
    }
}
