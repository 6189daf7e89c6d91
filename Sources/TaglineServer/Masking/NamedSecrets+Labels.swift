/// Finds a value whose name is in another member, attribute or element: `name="secret" value="…"`.
extension NamedSecrets {
    /// The member, attribute or element that holds a name: `{"key":"secret"}`, `name="secret"`, `<key>secret</key>`.
    enum Label { case member, element }

    mutating func label(of name: Range<Int>) -> Label? {
        var place = name.lowerBound - 1
        let least = max(lastLabel.end - 1, place - 32)
        // The name may be a part of a longer name: `data[app_secret]`.
        while place > least,
            bytes[place].isInName || has("[", at: place) || has("]", at: place) || has(".", at: place)
        {
            place -= 1
        }
        steps += name.lowerBound - place
        let found = place < lastLabel.end ? lastLabel.label : label(before: place)
        lastLabel = (name.upperBound, found)
        return found
    }

    /// Returns the label whose sign, and the quotes after the sign, end at `last`; nil if no label is there.
    private mutating func label(before last: Int) -> Label? {
        var place = last
        func back(while isSkipped: (UInt8) -> Bool) {
            let least = max(-1, place - 32)
            while place > least, place >= 0, isSkipped(bytes[place]) { place -= 1 }
        }
        back { $0.isQuote || $0.isBlank }
        steps += last - place
        let isElement = has(">", at: place)
        guard isElement || has("=", at: place) || has(":", at: place) else { return nil }
        let sign = place
        place -= 1
        back { $0.isQuote || $0.isBlank }
        let end = place + 1
        back { $0.isInName }
        steps += sign - place
        guard let word = SecretNames.word(bytes[(place + 1)..<max(place + 1, end)]),
            SecretNames.labels.contains(word)
        else { return nil }
        return isElement ? .element : .member
    }

    /// The most bytes between a name and the value that belongs to it.
    private static let furthestValue = 512

    /// The place up to which a search for the value of a label has found nothing. The next search goes on from this
    /// place.
    struct Fruitless {
        var end = 0
        /// Whether a JSON object or a markup tag ends at ``end``, so that no value after this place belongs to the
        /// label.
        var isClosed = false
    }

    mutating func value(labelled name: Range<Int>, by label: Label, from closed: Int) -> Range<Int>? {
        let end = min(bytes.count, closed + Self.furthestValue)
        if case .element = label { return textOfNextElement(from: closed, before: end) }
        if let part = part(from: closed, before: end) { return part }
        return memberValue(from: closed, before: end) ?? memberValue(before: name) ?? textOfTag()
    }

    /// Returns the text in the next element: `<string>…` after `<key>secret</key>`.
    private mutating func textOfNextElement(from closed: Int, before end: Int) -> Range<Int>? {
        var place = skipSpace(from: closed)
        while has("<", at: place) {
            while place < end, !has(">", at: place) { place += 1 }
            guard place < end else {
                steps += place - closed
                return nil
            }
            place = skipSpace(from: place + 1)
        }
        var stop = place
        while stop < bytes.count, !has("<", at: stop) { stop += 1 }
        steps += stop - closed
        return place..<stop
    }

    /// Returns the content of a part of a multipart body: the text from a blank line to the next boundary.
    private mutating func part(from closed: Int, before end: Int) -> Range<Int>? {
        guard closed >= withoutPart.end || !withoutPart.isClosed else { return nil }
        let first = max(closed, withoutPart.end)
        var place = first
        while place < end, !isBlankLine(at: place), !has("{", at: place), !has("<", at: place), !has("}", at: place) {
            place += 1
        }
        steps += place - first
        guard place < end, isBlankLine(at: place) else {
            withoutPart = Fruitless(end: place, isClosed: place < end)
            return nil
        }
        let start = skipSpace(from: place)
        var stop = start
        while stop < bytes.count, !(has("\n", at: stop) && has("-", at: stop + 1) && has("-", at: stop + 2)) {
            stop += 1
        }
        steps += stop - start
        return start..<(stop > start && has("\r", at: stop - 1) ? stop - 1 : stop)
    }

    private func isBlankLine(at place: Int) -> Bool {
        has("\n", at: place) && (has("\n", at: place + 1) || has("\r", at: place + 1) && has("\n", at: place + 2))
    }

    /// Returns the value of the member after a label: `"value":"…"` after `"key":"secret"`.
    private mutating func memberValue(from closed: Int, before end: Int) -> Range<Int>? {
        guard closed >= withoutMember.end || !withoutMember.isClosed else { return nil }
        var place = max(closed, withoutMember.end)
        while place < end, !has("}", at: place), !endsTag(at: place) {
            steps += 1
            guard bytes[place].isInName else {
                place += 1
                continue
            }
            let start = place
            while place < end, bytes[place].isInName { place += 1 }
            steps += place - start
            if let value = value(ofMember: start..<place) { return value }
        }
        withoutMember = Fruitless(end: place, isClosed: place < end)
        return nil
    }

    /// Returns the text after the tag that holds the label: `<property name="secret">…`.
    private mutating func textOfTag() -> Range<Int>? {
        // The search for a member has just ended where the tag ends.
        let place = withoutMember.end
        guard !isAfterLastTag, withoutMember.isClosed, endsTag(at: place), !has("/", at: place - 1) else { return nil }
        var stop = place + 1
        while stop < bytes.count, !has("<", at: stop) { stop += 1 }
        steps += stop - place
        // A later search begins at this place or after it, so it would also find no tag.
        isAfterLastTag = stop == bytes.count
        return isAfterLastTag ? nil : place + 1..<stop
    }

    /// Returns whether the `>` at `place` ends a markup tag, and not an arrow such as `=>`.
    private func endsTag(at place: Int) -> Bool {
        has(">", at: place) && !has("=", at: place - 1) && !has("-", at: place - 1)
    }

    /// Returns the value of the member before a label, in the same object.
    private mutating func memberValue(before name: Range<Int>) -> Range<Int>? {
        guard let member = lastValue else { return nil }
        // For a later name, the search would find the same value once more, or nothing.
        lastValue = nil
        guard member.upperBound < name.lowerBound, name.lowerBound - member.upperBound < Self.furthestValue else {
            return nil
        }
        steps += name.lowerBound - member.upperBound
        let between = bytes[member.upperBound..<name.lowerBound]
        guard !between.contains(UInt8(ascii: "}")), !between.contains(UInt8(ascii: ">")) else { return nil }
        return value(ofMember: member)
    }

    private mutating func value(ofMember name: Range<Int>) -> Range<Int>? {
        guard let word = SecretNames.word(bytes[name]), SecretNames.values.contains(word) else { return nil }
        let place = skipSpace(from: endOfClosers(from: name.upperBound))
        guard let sign = endOfSign(at: place, after: name) else { return nil }
        return assigned(from: sign, isLine: false)
    }
}
