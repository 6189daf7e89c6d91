/// Finds where the value after the name of a secret begins and ends.
extension NamedSecrets {
    /// Returns the value after a sign such as `=`, in any notation; nil if no value follows the sign.
    ///
    /// - Parameter isLine: whether the rest of the line is the value, as in a header.
    mutating func assigned(from sign: Int, isLine: Bool) -> Range<Int>? {
        let line = skipBlanks(from: sign)
        let place = skipSpace(from: line)
        steps += place - sign
        guard place < bytes.count else { return nil }
        // A value in quotes or brackets may begin on a later line. A bare value may begin on a later line only after a
        // colon.
        if let bounded = bounded(from: place) {
            // A text in quotes may be the beginning of a longer value.
            let isLonger = isLine && isQuote(at: place) && !endsWord(at: bounded.upperBound + 1)
            return isLonger ? place..<endOfLine(from: place) : bounded
        }
        if place > line { return has(":", at: sign - 1) ? block(from: place, after: line) : nil }
        if let start = startOfBlock(at: place) { return block(from: start, after: start) }
        let start = behindScheme(at: place)
        return start..<(isLine ? endOfLine(from: start) : endOfBare(from: start))
    }

    /// Returns the value between quotes or brackets that begins at `place`; nil if neither a quote nor a bracket begins
    /// the value.
    private mutating func bounded(from place: Int) -> Range<Int>? {
        if isQuote(at: place) { return quoted(from: place) }
        // Some programming languages write a letter before the quote: `b'…'`, `u"…"`.
        if isQuote(at: place + 1), Self.prefixes.contains(bytes[place]), !endsWord(at: place + 2) {
            return quoted(from: place + 1)
        }
        guard has("[", at: place) || has("{", at: place) || has("(", at: place) else { return nil }
        return place + 1..<endOfBracketed(from: place)
    }

    private static let prefixes = Set("bBuUrRfFLEN@$".utf8)

    // MARK: Quotes

    /// Returns the text between quotes, the first of which is at `place`.
    ///
    /// - One quote: the text goes up to the next quote. A quote after a backslash, and a doubled quote, belong to the
    ///   text.
    /// - Two quotes: the empty text, or a text in a cell of a CSV file, in which each quote is doubled.
    /// - More quotes: the text goes up to the same number of quotes.
    mutating func quoted(from place: Int) -> Range<Int> {
        let quote = bytes[place]
        var start = place
        while start < bytes.count, bytes[start] == quote { start += 1 }
        let count = start - place
        steps += count
        guard count > 1 else { return start..<endOfQuoted(from: start, by: quote) }
        let isEmpty = areQuotesDoubled ? count == 4 : count == 2
        if isEmpty, endsWord(at: start) { return start..<start }
        var end = start
        var run = 0
        while end < bytes.count, run < count {
            if has("\\", at: end) { end += count }
            run = has(.init(quote), at: end) ? run + 1 : 0
            end += 1
        }
        end = min(end, bytes.count)
        steps += end - start
        return start..<(run == count ? end - count : end)
    }

    private mutating func endOfQuoted(from start: Int, by quote: UInt8) -> Int {
        var place = start
        defer { steps += place - start }
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "\\")
                || bytes[place] == quote && place + 1 < bytes.count
                    && bytes[place + 1] == quote
            {
                place += 2
            } else if bytes[place] == quote {
                return place
            } else {
                place += 1
            }
        }
        place = bytes.count
        return place
    }

    // MARK: Brackets

    private mutating func endOfBracketed(from start: Int) -> Int {
        var depth = 0
        var place = start
        defer { steps += place - start }
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "("): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return place }
            case UInt8(ascii: "\""): place = endOfQuoted(from: place + 1, by: bytes[place])
            // An apostrophe inside a word is not a quote.
            case UInt8(ascii: "'") where !bytes[place - 1].isInName:
                place = endOfQuoted(from: place + 1, by: bytes[place])
            default: break
            }
            place += 1
        }
        place = bytes.count
        return place
    }

    // MARK: Elements

    /// Returns the content of the element with this name: `<Secret>…</Secret>`; nil if the name does not follow a
    /// `<`.
    ///
    /// If the attributes of the element may hold the value, they count as content. If no tag ends the content, the
    /// content goes to the end of the text.
    mutating func content(ofElement name: Range<Int>) -> Range<Int>? {
        guard isBehindTagStart(name) else { return nil }
        var start = name.upperBound
        while start < bytes.count, bytes[start].isInName || has(":", at: start) || has(".", at: start) { start += 1 }
        steps += start - name.upperBound
        if has("/", at: start), has(">", at: start + 1) { return start..<start }
        guard start < bytes.count, bytes[start].isBlank || has(">", at: start) else {
            withoutElement = name.upperBound
            return nil
        }
        start += 1
        let end = endOfElement(named: bytes[name], from: start)
        return withoutMarks(start..<end)
    }

    private mutating func isBehindTagStart(_ name: Range<Int>) -> Bool {
        var place = name.lowerBound - 1
        let least = max(withoutElement - 1, place - 64)
        while place > least, bytes[place].isInName || has(":", at: place) || has(".", at: place) { place -= 1 }
        steps += name.lowerBound - place
        guard has("<", at: place) else {
            withoutElement = name.upperBound
            return false
        }
        return true
    }

    private mutating func endOfElement(named name: ArraySlice<UInt8>, from start: Int) -> Int {
        var place = start
        defer { steps += place - start }
        var isInTag = !has(">", at: start - 1)
        while place < bytes.count {
            // A tag without content ends with `/>`.
            if isInTag, has("/", at: place), has(">", at: place + 1) { return place }
            if has(">", at: place) { isInTag = false }
            if has("<", at: place), has("/", at: place + 1), isTag(named: name, at: place + 2) { return place }
            place += 1
        }
        return place
    }

    private mutating func isTag(named name: ArraySlice<UInt8>, at place: Int) -> Bool {
        let tag = bytes[min(place, bytes.count)...].prefix {
            $0.isInName || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
        }
        steps += tag.count
        return tag.count >= name.count
            && zip(tag.suffix(name.count), name).allSatisfy { $0 == $1 || $0 | 0x20 == $1 | 0x20 }
    }

    /// Returns `content` without the blanks around it, and without the marks of a CDATA section.
    private mutating func withoutMarks(_ content: Range<Int>) -> Range<Int> {
        var (start, end) = (skipSpace(from: content.lowerBound), content.upperBound)
        guard start < end else { return end..<end }
        while end > start, bytes[end - 1].isBlank { end -= 1 }
        if bytes[start..<end].starts(with: Self.cdata) {
            start += Self.cdata.count
            if bytes[start..<end].suffix(3).elementsEqual("]]>".utf8) { end -= 3 }
        }
        return start..<max(start, end)
    }

    private static let cdata = Array("<![CDATA[".utf8)

    // MARK: Bare values

    private mutating func behindScheme(at place: Int) -> Int {
        let word = bytes[place...].prefix(10).prefix { $0.isInName }
        let end = place + word.count
        guard let name = SecretNames.word(word), SecretNames.schemes.contains(name), isBlank(at: end) else {
            return place
        }
        let start = skipSpace(from: end)
        return start < bytes.count ? start : place
    }

    private mutating func endOfLine(from start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
        steps += end - start
        return end
    }

    /// Returns the end of a value without quotes. A character such as `,` ends the value only if a new name, a tag or
    /// another mark follows. So a secret that holds such a character stays whole.
    private mutating func endOfBare(from start: Int) -> Int {
        var place = start
        defer { steps += place - start }
        while place < bytes.count {
            switch bytes[place] {
            case 0x0A, 0x0D: return place
            case 0x20, 0x09:
                let next = skipBlanks(from: place)
                if endsLine(at: next) || beginsMember(at: next) { return place }
                place = next - 1
            case UInt8(ascii: "<") where beginsTag(at: place): return place
            case UInt8(ascii: "&") where place + 1 == bytes.count || beginsField(at: place + 1): return place
            case UInt8(ascii: ",") where place > start, UInt8(ascii: ";") where place > start:
                let next = skipBlanks(from: place + 1)
                if endsWord(at: next) || beginsMember(at: next) { return place }
            case UInt8(ascii: "}") where place > start, UInt8(ascii: "]") where place > start,
                UInt8(ascii: ")") where place > start:
                if endsWord(at: place + 1) || has("&", at: place + 1) { return place }
            case let byte where byte.isQuote:
                if endsWord(at: place + 1) || has(":", at: place + 1) { return place }
            default: break
            }
            place += 1
        }
        return place
    }

    private func endsLine(at place: Int) -> Bool {
        place >= bytes.count || bytes[place] == 0x0A || bytes[place] == 0x0D
    }

    /// Returns whether a word ends before `place`: the text ends there, or a blank, a bracket, a quote or a mark such
    /// as `,` is there.
    func endsWord(at place: Int) -> Bool {
        guard place < bytes.count else { return true }
        let byte = bytes[place]
        if byte.isBlank || byte.isQuote { return true }
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"),
            UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "["), UInt8(ascii: "{"):
            return true
        default: return false
        }
    }

    /// Returns whether the `<` at `start` begins a tag.
    private mutating func beginsTag(at start: Int) -> Bool {
        var place = start + 1
        if ["/", "!", "?"].contains(where: { has($0, at: place) }) { place += 1 }
        if has("-", at: place) || has("[", at: place) { return true }
        let name = place
        while place < bytes.count, bytes[place].isInName || has(":", at: place) { place += 1 }
        steps += place - start
        return place > name && (isBlank(at: place) || has(">", at: place) || has("/", at: place))
    }

    /// Returns whether a name begins at `start` and a sign follows the name, as in a member of an object or in a
    /// header.
    private mutating func beginsMember(at start: Int) -> Bool {
        var place = start
        defer { steps += place - start }
        if isQuote(at: place) { place += 1 }
        let name = place
        while place < bytes.count, bytes[place].isInName || has(".", at: place) { place += 1 }
        guard place > name else { return false }
        if isQuote(at: place) { place += 1 }
        return has("=", at: place) || has(":", at: place)
    }

    /// Returns whether the next field of a form begins at `start`, after a `&`. The `&` may be written as `&amp;`.
    private mutating func beginsField(at start: Int) -> Bool {
        var place = start
        defer { steps += place - start }
        if bytes[place...].starts(with: "amp;".utf8) { place += 4 }
        let name = place
        while place < bytes.count, bytes[place].isInName || bytes[place].isInFieldName { place += 1 }
        return place > name && has("=", at: place)
    }

    // MARK: Blocks

    /// Returns the place where a block of lines in YAML begins, after its sign `|` or `>`; nil if no such sign is at
    /// `place`.
    private mutating func startOfBlock(at place: Int) -> Int? {
        guard has("|", at: place) || has(">", at: place) else { return nil }
        var end = place + 1
        while end < bytes.count, bytes[end].isDigit || has("-", at: end) || has("+", at: end) { end += 1 }
        end = skipBlanks(from: end)
        return endsLine(at: end) && end < bytes.count ? skipSpace(from: end) : nil
    }

    /// Returns the lines of a block: the indented lines, or one line without indentation. Returns nil if this one line
    /// gives a value to a name.
    private mutating func block(from start: Int, after line: Int) -> Range<Int>? {
        guard start < bytes.count else { return nil }
        var end = endOfLine(from: start)
        guard start > 0, bytes[start - 1] == 0x20 || bytes[start - 1] == 0x09 else {
            return beginsMember(at: start) ? nil : start..<end
        }
        while true {
            let next = skipSpace(from: end)
            guard next < bytes.count, bytes[next - 1] == 0x20 || bytes[next - 1] == 0x09 else { break }
            end = endOfLine(from: next)
        }
        steps += end - start
        return start..<end
    }
}

extension UInt8 {
    /// Whether this character may be in the name of a form's field, but not in other names: `data[secret]`, `%61`.
    fileprivate var isInFieldName: Bool {
        switch self {
        case UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "%"): true
        default: false
        }
    }
}
