import OfficialAccount

/// Finds each part of a text that may be a whole secret, whatever name is before the part.
///
/// The total length of the parts is at most a fixed multiple of the length of the text.
enum SecretWords {
    /// The fewest bytes of a part that the mask looks for in other texts.
    static let shortest = 8
    /// The lengths of the parts that may be an account's secret.
    static let lengths = 16...128
    /// The number of hexadecimal digits in a secret of the platform.
    private static let digits = 32

    /// Returns the words of a text, except short words. A word is a run of characters that tokens and secrets may
    /// contain.
    static func words(in bytes: ArraySlice<UInt8>) -> [Range<Int>] {
        runs(in: bytes, of: \.isInSecret, atLeast: shortest)
    }

    /// Returns the words of a text, the pieces of these words that may be secrets, and the longer parts that also hold
    /// other characters.
    static func candidates(in layer: TextLayer) -> [Range<Int>] {
        let bytes = layer.bytes
        var found = words(in: bytes[...])
        found += found.flatMap { pieces(of: $0, in: bytes) }
        found += passages(in: bytes)
        found += SecretFields(of: layer).places
        return found
    }

    /// Returns the pieces of `word` that may be secrets: `word` may be two words joined by a mark, or a secret joined
    /// to other digits.
    private static func pieces(of word: Range<Int>, in bytes: [UInt8]) -> [Range<Int>] {
        guard word.count > lengths.lowerBound else { return [] }
        var pieces: [Range<Int>] = []
        if bytes[word].contains(where: { !$0.isAlphanumeric }) {
            pieces = runs(in: bytes[word], of: \.isAlphanumeric, atLeast: lengths.lowerBound)
        }
        guard word.count > digits else { return pieces }
        for run in runs(in: bytes[word], of: \.isHexadecimal, atLeast: digits + 1) {
            pieces.append(run.lowerBound..<run.lowerBound + digits)
            pieces.append(run.upperBound - digits..<run.upperBound)
        }
        return pieces
    }

    /// Returns each text between quotes, signs or tags, if the text is more than one word. A secret may hold any
    /// printable character. ``SecretFields`` finds the texts that also hold quotes, signs or brackets.
    private static func passages(in bytes: [UInt8]) -> [Range<Int>] {
        runs(in: bytes[...], of: \.isInPassage, atLeast: lengths.lowerBound).compactMap { passage($0, in: bytes) }
    }

    /// Returns `run` without the blanks around it; nil if the rest is only one word, or is too short or too long to be
    /// an account's secret.
    static func passage(_ run: Range<Int>, in bytes: [UInt8]) -> Range<Int>? {
        var (start, end) = (run.lowerBound, run.upperBound)
        while start < end, bytes[start] == 0x20 { start += 1 }
        while end > start, bytes[end - 1] == 0x20 { end -= 1 }
        guard lengths.contains(end - start), !bytes[start..<end].allSatisfy(\.isInSecret) else { return nil }
        return start..<end
    }

    private static func runs(
        in bytes: ArraySlice<UInt8>, of isIn: (UInt8) -> Bool, atLeast length: Int
    ) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = bytes.startIndex
        for place in bytes.startIndex...bytes.endIndex where place == bytes.endIndex || !isIn(bytes[place]) {
            if place - start >= length { runs.append(start..<place) }
            start = place + 1
        }
        return runs
    }

    // MARK: Words with a form of their own

    /// Returns whether a word has the form of a token, a ticket or a code, so that it is secret under any name.
    static func isCredential(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.count >= 40, word.allSatisfy(\.isInSecret) else { return false }
        if isToken(word) || isSignedObject(word) { return true }
        return word.count > 3
            && zip(word, zip(word.dropFirst(), word.dropFirst(2))).contains {
                [$0, $1.0, $1.1].allSatisfy { $0 == UInt8(ascii: "@") }
            }
    }

    /// Returns whether a word is a token of the platform, in full or cut off: digits, `_`, and many characters.
    private static func isToken(_ word: ArraySlice<UInt8>) -> Bool {
        let digits = word.prefix(4).prefix(while: \.isDigit)
        return 1...3 ~= digits.count && word.dropFirst(digits.count).first == UInt8(ascii: "_")
            && word.dropFirst(digits.count).allSatisfy(\.isInIdentifier)
    }

    /// Returns whether a word is a signed object of JSON, three parts of base64: `eyJ….eyJ….…`.
    private static func isSignedObject(_ word: ArraySlice<UInt8>) -> Bool {
        word.starts(with: "eyJ".utf8) && word.count(where: { $0 == UInt8(ascii: ".") }) == 2
    }
}

extension UInt8 {
    /// Whether a token or a secret may contain this character.
    var isInSecret: Bool { isInIdentifier || self == UInt8(ascii: "@") || self == UInt8(ascii: ".") }

    /// Whether this is a printable character that does not end a text between quotes, signs or tags.
    fileprivate var isInPassage: Bool {
        switch self {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "<"),
            UInt8(ascii: ">"):
            false
        default: 0x20...0x7E ~= self
        }
    }
}
