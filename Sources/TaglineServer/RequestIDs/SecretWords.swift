/// Finds the words of a text: the runs of the characters that tokens and secrets consist of.
enum SecretWords {
    /// Returns the places of the words.
    static func places(in bytes: ArraySlice<UInt8>) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var start: Int?
        var place = bytes.startIndex
        while place < bytes.endIndex {
            let isEscape = CharacterEscapes.isOfForm(bytes, at: place)
            if !isEscape, isInWord(bytes[place]) {
                start = start ?? place
            } else if let begun = start {
                words.append(begun..<place)
                start = nil
            }
            // The digits of `%22` do not belong to the word after them.
            place += isEscape ? 3 : 1
        }
        if let start { words.append(start..<bytes.endIndex) }
        return words
    }

    /// Returns the places of the words that have an escape of JSON (`\u0065`) or of forms (`%65`) in them.
    static func escapedPlaces(in bytes: [UInt8]) -> [Range<Int>] {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "\\") }) else { return [] }
        var words: [Range<Int>] = []
        var start = 0
        var hasEscape = false
        var place = 0
        func end(at end: Int) {
            if hasEscape { words.append(start..<end) }
            hasEscape = false
        }
        while place < bytes.count {
            let length =
                CharacterEscapes.isOfForm(bytes[...], at: place)
                ? 3 : CharacterEscapes.isOfJSON(bytes[...], at: place) ? 6 : 1
            if length > 1 {
                hasEscape = true
            } else if !isInWord(bytes[place]) {
                end(at: place)
                start = place + 1
            }
            place += length
        }
        end(at: place)
        return words
    }

    private static func isInWord(_ byte: UInt8) -> Bool {
        byte.isInIdentifier || byte == UInt8(ascii: "@") || byte == UInt8(ascii: ".")
    }
}
