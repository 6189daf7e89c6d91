/// Finds the word that a person meant to type.
enum Suggestion {
    /// Returns the word that differs from `typed` by the fewest characters, if this number is small compared to the
    /// lengths of both texts. Otherwise returns the first word that begins with `typed`, if `typed` has three
    /// characters or more. Returns nil if no word fits.
    ///
    /// - Parameters:
    ///   - typed: what the person typed. The caller makes every option begin with two hyphens, even an option of one
    ///     letter.
    ///   - words: the valid words. Options begin with two hyphens.
    static func nearest(to typed: String, among words: [String]) -> String? {
        // A text of more than 60 characters is not a typing mistake.
        guard typed.count <= 60 else { return nil }
        let distances = words.map { ($0, distance(typed.lowercased(), $0)) }
        guard let (word, changes) = distances.min(by: { $0.1 < $1.1 }) else { return nil }
        if changes <= max(2, word.count / 3), changes < min(letters(of: typed), letters(of: word)) { return word }
        return words.first { $0.hasPrefix(typed) && typed.count >= 3 }
    }

    /// Returns the number of characters after the hyphens of an option.
    private static func letters(of word: String) -> Int { word.drop { $0 == "-" }.count }

    /// Returns how many characters to insert, remove, replace or swap with their neighbour to turn one text into the
    /// other.
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
