/// Finds the values that a text gives to the names of secrets, whatever the syntax of the text.
///
/// It looks for a name, a sign that gives the name a value, and the value: `"appSecret": "…"`, `secret=…&`,
/// `<Token>…<`. It reads the text as it is, without decoding escapes: ``TextLayer`` decodes them.
///
/// The cost is linear: the search reads each byte of the text at most a fixed number of times.
struct NamedSecrets {
    let bytes: [UInt8]
    /// The places of the values that the text gives to the names of secrets.
    private(set) var places: [Range<Int>] = []
    /// The number of bytes that the search has read. A byte that it reads twice counts twice.
    var steps = 0
    /// The last word that may name the member with the secret, such as `value` in `{"value":"…","key":"secret"}`. Nil
    /// after a search has looked at this word.
    var lastValue: Range<Int>?
    /// Whether the quotes around the last name are doubled, as in a cell of a table: `""secret""`.
    var areQuotesDoubled = false
    /// The place up to which the last search for a blank line has found no blank line.
    var withoutPart = Fruitless()
    /// The place up to which the last search for a member such as `value` has found no such member.
    var withoutMember = Fruitless()
    /// Whether a search has found that no further markup tag begins in the text.
    var isAfterLastTag = false
    /// The end of the last name that was found to be in no markup tag. A later name in the same run of characters, as
    /// in `token.token`, is in no tag either.
    var withoutElement = 0
    /// The label of the last name, and the end of this name. A later name in the same run of characters has the same
    /// label.
    var lastLabel: (end: Int, label: Label?) = (0, nil)

    init(bytes: [UInt8]) {
        self.bytes = bytes
        search()
    }

    private mutating func search() {
        var names = SecretNames.Reader()
        var place = 0
        var wasSecret = false
        while place < bytes.count {
            guard bytes[place].isInName else {
                if bytes[place] != 0x20, bytes[place] != UInt8(ascii: ".") { wasSecret = false }
                names.pass(bytes[place])
                place = password(inAddressAt: place) ?? place + (isEscapeOfForm(at: place) ? 3 : 1)
                steps += 1
                continue
            }
            let start = place
            names.beginWord()
            while place < bytes.count, bytes[place].isInName {
                names.read(bytes[place])
                place += 1
            }
            steps += place - start
            let word = SecretNames.word(bytes[start..<place])
            let isSecret = names.isSecret || word.map { isSecretWhole($0, wasSecret) } == true
            if let end = take(start..<place, word, isSecret: isSecret) {
                place = max(place, end)
                names = SecretNames.Reader()
                wasSecret = false
            } else {
                wasSecret = isSecret
            }
        }
    }

    /// Returns whether an escape such as `%5B` begins at `place`. The digits of an escape do not belong to the word
    /// after the escape.
    private func isEscapeOfForm(at place: Int) -> Bool {
        has("%", at: place) && place + 2 < bytes.count
            && bytes[place + 1...place + 2].allSatisfy(\.isHexadecimal)
    }

    private func isSecretWhole(_ word: String, _ wasSecret: Bool) -> Bool {
        SecretNames.isWhole(word) || wasSecret && SecretNames.isEnding(word)
    }

    /// Notes the value after a word. Returns the end of the value; nil if no value follows.
    private mutating func take(_ name: Range<Int>, _ word: String?, isSecret: Bool) -> Int? {
        if isSecret {
            guard let value = value(of: name, word) else { return nil }
            note(value, word)
            return value.upperBound
        }
        guard let word else { return nil }
        if SecretNames.values.contains(word) { lastValue = name }
        guard let value = credentials(after: name, word) else { return nil }
        note(value, word)
        return value.upperBound
    }

    private mutating func note(_ value: Range<Int>, _ word: String?) {
        if isReal(value), word != "code" || !bytes[value].allSatisfy(\.isDigit) { places.append(value) }
    }

    /// Returns false if `value` is empty, a placeholder such as `...` or a literal such as `null`.
    private func isReal(_ value: Range<Int>) -> Bool {
        guard !value.isEmpty else { return false }
        let text = bytes[value]
        if let sign = Self.placeholders.first(where: { text.starts(with: $0) }) {
            return text.dropFirst(sign.count).first.map(\.isInName) ?? false
        }
        return !Self.literals.contains { $0.elementsEqual(text) }
    }

    /// The texts that people write instead of a value, as in the sentence `add ?access_token=... to the URL`.
    private static let placeholders = ["...", "…", "***"].map { Array($0.utf8) }
    private static let literals = ["null", "true", "false", "nil", "None", "undefined", "~"].map { Array($0.utf8) }

    // MARK: Without a name

    /// Returns the place of the value after a word such as `Bearer`; nil if `word` is another word, or if the text
    /// after `word` is plain English.
    private mutating func credentials(after name: Range<Int>, _ word: String) -> Range<Int>? {
        guard word == "bearer" || word == "basic", isBlank(at: name.upperBound) else { return nil }
        let start = skipBlanks(from: name.upperBound)
        var end = start
        while end < bytes.count, !endsWord(at: end) { end += 1 }
        steps += end - start
        // `basic authentication` is plain English. Credentials do not consist of small letters only.
        return bytes[start..<end].contains { !(UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0) } ? start..<end : nil
    }

    /// If `place` is the first `:` of an address such as `https://name:password@host/`, notes the password and returns
    /// the place of the `@`. Returns nil for any other text.
    private mutating func password(inAddressAt place: Int) -> Int? {
        guard has(":", at: place), has("/", at: place + 1), has("/", at: place + 2) else { return nil }
        var colon: Int?
        for end in place + 3..<min(bytes.count, place + 3 + Self.longestUser) {
            steps += 1
            switch bytes[end] {
            case UInt8(ascii: "@"):
                if let colon, colon + 1 < end { places.append(colon + 1..<end) }
                return end
            case UInt8(ascii: ":"): colon = colon ?? end
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "<"): return nil
            case let byte where byte.isBlank || byte.isQuote: return nil
            default: break
            }
        }
        return nil
    }

    private static let longestUser = 300

    // MARK: With a name

    /// Returns the range of the value that the text gives to a name; nil if there is no value.
    private mutating func value(of name: Range<Int>, _ word: String?) -> Range<Int>? {
        if let element = content(ofElement: name) { return element }
        let closed = endOfClosers(from: name.upperBound)
        let place = skipSpace(from: closed)
        steps += place - name.upperBound
        areQuotesDoubled = isQuote(at: name.upperBound) && has("\"", at: name.upperBound + 1)
        // The value in a part of a multipart body follows a blank line, and may begin with a sign such as `=`.
        if bytes[closed..<place].count(where: { $0 == 0x0A }) > 1, let label = label(of: name) {
            return value(labelled: name, by: label, from: closed)
        }
        if let sign = endOfSign(at: place, after: name) {
            let isLine = word.map(SecretNames.isLine) ?? false
            return assigned(from: sign, isLine: isLine || has(":", at: sign - 1) && beginsLine(name))
        }
        if let label = label(of: name) { return value(labelled: name, by: label, from: closed) }
        if let entry = secondEntry(after: name, closed: closed) { return entry }
        if place > closed, isQuote(at: place), !isBlank(at: place + 1), !bytes[closed..<place].contains(0x0A) {
            return quoted(from: place)
        }
        // An option of a command: `--secret …`.
        guard has("-", at: name.lowerBound), has("-", at: name.lowerBound + 1), place > closed else { return nil }
        return assigned(from: place, isLine: false)
    }

    /// Returns whether only blanks are before a name on its line, as in a header or in YAML.
    private mutating func beginsLine(_ name: Range<Int>) -> Bool {
        var place = name.lowerBound - 1
        let least = max(-1, place - 32)
        while place > least, has(" ", at: place) || has("\t", at: place) { place -= 1 }
        steps += name.lowerBound - place
        return place < 0 || has("\n", at: place) || has("\r", at: place)
    }

    /// Returns the place after the characters that close a name: `"secret"`, `[secret]`, `secret[0]`, `%5Bsecret%5D`.
    mutating func endOfClosers(from start: Int) -> Int {
        var place = start
        while place < bytes.count {
            var end = place + 1
            if let opened = endOfBracket("[", "5B", at: place) {
                // The index of an entry: `secret[]=…`.
                end = opened
                while end < bytes.count, bytes[end].isInName { end += 1 }
                steps += end - place
                guard let closed = endOfBracket("]", "5D", at: end) else { break }
                end = closed
            } else if let closed = endOfBracket("]", "5D", at: place) {
                end = closed
            } else if !bytes[place].closesName {
                break
            }
            place = end
        }
        return place
    }

    /// Returns the place after `bracket`, or after the escape of the bracket in a form: `%` and `digits`. Returns nil
    /// if `place` has another character.
    private func endOfBracket(_ bracket: Unicode.Scalar, _ digits: String, at place: Int) -> Int? {
        if has(bracket, at: place) { return place + 1 }
        guard has("%", at: place), place + 3 <= bytes.count else { return nil }
        let isEscape = zip(bytes[place + 1...place + 2], digits.utf8).allSatisfy { $0 == $1 || $0 == $1 | 0x20 }
        return isEscape ? place + 3 : nil
    }

    /// Returns the place after a sign that gives a name a value: `:`, `=`, `=>`, `:=`, `->`; nil if no sign is at
    /// `place`.
    func endOfSign(at place: Int, after name: Range<Int>) -> Int? {
        // The dash of `secret->…` counts as a part of the name.
        if has(">", at: place), has("-", at: place - 1), place == name.upperBound { return place + 1 }
        if has("-", at: place), has(">", at: place + 1) { return place + 2 }
        guard has(":", at: place) || has("=", at: place) else { return nil }
        let isTwo = has("=", at: place + 1) || has(":", at: place + 1) || has(">", at: place + 1)
        return place + (isTwo ? 2 : 1)
    }

    /// Returns the value of the second entry of a list that begins with the name: `["secret", "…"]`.
    private mutating func secondEntry(after name: Range<Int>, closed: Int) -> Range<Int>? {
        guard closed > name.upperBound, has(",", at: closed) else { return nil }
        var start = name.lowerBound - 1
        while start >= 0, bytes[start].isQuote { start -= 1 }
        guard has("[", at: start) || has("(", at: start) else { return nil }
        let place = skipSpace(from: closed + 1)
        return isQuote(at: place) ? quoted(from: place) : nil
    }

    // MARK: Characters

    func has(_ character: Unicode.Scalar, at place: Int) -> Bool {
        bytes.indices.contains(place) && bytes[place] == UInt8(ascii: character)
    }

    func isBlank(at place: Int) -> Bool { place < bytes.count && bytes[place].isBlank }
    func isQuote(at place: Int) -> Bool { place < bytes.count && bytes[place].isQuote }

    /// Returns the first place from `start` on that is neither a space nor a tab.
    mutating func skipBlanks(from start: Int) -> Int {
        var place = start
        defer { steps += place - start }
        while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
        return place
    }

    /// Returns the first place from `start` on that is neither blank nor a line break.
    mutating func skipSpace(from start: Int) -> Int {
        var place = start
        defer { steps += place - start }
        while place < bytes.count, bytes[place].isBlank { place += 1 }
        return place
    }
}

extension UInt8 {
    /// Whether a name may contain this character.
    var isInName: Bool { isInIdentifier || self >= 0x80 }

    /// Whether the character may be between a name and the sign after the name: `"secret":`, `[secret]=`,
    /// `**secret**:`.
    fileprivate var closesName: Bool {
        isQuote || self == UInt8(ascii: ")") || self == UInt8(ascii: "*")
    }
}
