/// A text that names a tag: a name, an id, `name:` and a name, or `id:` and an id.
///
/// An id consists of digits, without a sign or a leading zero, as the platform prints it. Everything else is a name.
/// Names are compared byte by byte. Blanks at the ends of the text and after the prefix `name:` or `id:` count only if
/// a tag's name has them. An empty or blank name refers to no tag, even if the account's list has a tag without a name.
/// Write `id:` and the id of such a tag. Only this type decides which tag a text names.
public struct TagReference: Sendable, Hashable {
    /// The text as a person wrote it, with its prefix if it has one.
    public let text: String

    /// Makes a reference of any text; ``tag(in:)`` finds out whether it names a tag.
    public init(_ text: String) {
        self.text = text
    }

    /// Returns whether the texts of `left` and `right` are the same byte for byte.
    public static func == (left: TagReference, right: TagReference) -> Bool { left.text.hasSameBytes(as: right.text) }

    /// Feeds the bytes of the text into `hasher`.
    public func hash(into hasher: inout Hasher) {
        let isHashed: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if isHashed == nil { Array(text.utf8).withUnsafeBytes { hasher.combine(bytes: $0) } }
    }

    /// The error for a text that does not say which tag is meant.
    ///
    /// There are two kinds of such texts:
    ///
    /// - a text that may name several tags, which ``choices`` lists;
    /// - a text that names no tag, but looks as if a program wrote it instead of a tag, such as `107.0`, `NULL` or
    ///   `??`.
    public struct Ambiguity: Error, Hashable, Sendable, CustomStringConvertible {
        /// The text that does not say which tag is meant.
        public let text: String
        /// The tags that the text may name, in the order of their ids; empty if the text names no tag.
        public let choices: [Choice]

        /// One tag that the text may name.
        public struct Choice: Hashable, Sendable {
            /// The tag, with the values from the account's list of tags.
            public let tag: Tag
            /// A text that names only this tag, such as `id:134`; nil if no text names only this tag.
            public let text: String?
        }

        /// Whether the text names no tag, and looks as if a program could not write some of its characters.
        package var hasLostCharacters: Bool { choices.isEmpty && UnlikelyName(text) == .lostCharacters }

        /// One sentence in English that names the ``choices``, if there are any, and says what to write instead.
        public var description: String {
            guard !choices.isEmpty else {
                let looks = UnlikelyName(text).map { ", and this text looks like \($0.description)" } ?? ""
                return
                    "the account has no tag \"\(text)\"\(looks); write \"name:\(text)\" for a new tag with this name"
            }
            let said = choices.map { choice in
                "\(choice.text.map { "\"\($0)\"" } ?? "a new name, after a rename,") for the tag \(choice.tag.id), named \"\(choice.tag.name)\""
            }
            return "\"\(text)\" may mean \(choices.count) tags; write \(said.joined(separator: ", or "))"
        }
    }

    /// Returns the tag that the text names, or nil if the text names no tag.
    ///
    /// The cost is proportional to the number of tags.
    ///
    /// - Parameter tags: all tags of the account.
    /// - Returns: the tag; nil if no tag has the name or the id.
    /// - Throws: ``Ambiguity`` if the text may name several tags.
    public func tag(in tags: [Tag]) throws(Ambiguity) -> Tag? {
        let candidates = candidates(in: tags)
        guard candidates.count > 1 else { return candidates.first }
        throw Self.ambiguity(text, candidates, in: tags)
    }

    /// Makes the error for a text that may name several tags.
    ///
    /// - Parameters:
    ///   - text: the text.
    ///   - candidates: the tags that the text may name.
    ///   - tags: all tags of the account.
    ///   - isUsable: returns whether a person can write its argument in the place of `text`.
    /// - Returns: the error, with a text for each candidate that names only this candidate.
    package static func ambiguity(
        _ text: String, _ candidates: [Tag], in tags: [Tag], isUsable: (String) -> Bool = { _ in true }
    ) -> Ambiguity {
        let choices = candidates.sorted { $0.id < $1.id }.map { tag in
            let texts = ["id:\(tag.id)", "name:\(tag.name)", "\(tag.id)", tag.name]
            // If the text is a tag's name, suggest the name first, because the person knows the tag by its name.
            let ordered = tag.name.hasSameBytes(as: text) ? ["name:\(tag.name)"] + texts : texts
            return Ambiguity.Choice(
                tag: tag,
                text: ordered.first { isUsable($0) && TagReference($0).candidates(in: tags).map(\.id) == [tag.id] })
        }
        return Ambiguity(text: text, choices: choices)
    }

    /// Returns every tag that the unchanged ``text`` names, and every tag that ``trimmed`` names.
    ///
    /// If ``text`` begins with `name:` and the unchanged text names a tag, leaves out the tags that only ``trimmed``
    /// names.
    package func candidates(in tags: [Tag]) -> [Tag] {
        let exact = Self.candidates(text, in: tags)
        let trimmed = self.trimmed
        if trimmed.hasSameBytes(as: text) || !exact.isEmpty && Self.rest(of: text, after: "name:") != nil {
            return exact
        }
        let ids = Set(exact.map(\.id))
        return exact + Self.candidates(trimmed, in: tags).filter { !ids.contains($0.id) }
    }

    private static func candidates(_ text: String, in tags: [Tag]) -> [Tag] {
        let id = TagID(digits: rest(of: text, after: "id:") ?? text)
        // A tag whose name the platform left out has the name "". An empty variable in a script must not name it.
        let names = [text, rest(of: text, after: "name:")].compactMap(\.self).filter { !NameEnds.isBlank($0) }
        return tags.filter { tag in tag.id == id || names.contains { tag.name.hasSameBytes(as: $0) } }
    }

    /// The name that the text gives to a new tag, without blanks at its ends.
    ///
    /// A caller uses the name if the text names no existing tag. Nil for digits, for a text with the prefix `id:`, and
    /// for an empty name. Also nil for a text that a program may have written instead of a tag. Such a text is a number
    /// (`107.0`), an error (`#N/A`), a placeholder (`NULL`), or `??` for characters that the program could not write.
    /// The prefix `name:` is not part of the name, so `name:134` makes a tag named `134`.
    package var newName: String? {
        let text = trimmed
        if let rest = Self.rest(of: text, after: "name:") { return rest.isEmpty ? nil : rest }
        guard !text.isEmpty, !Self.isDigits(text), Self.rest(of: text, after: "id:") == nil else { return nil }
        return UnlikelyName(text) == nil ? text : nil
    }

    /// The error for a text that a program probably wrote instead of a tag; nil if the text may name a new tag.
    package var unlikelyName: Ambiguity? {
        let text = trimmed
        // A text with a prefix comes from a person, not from a program, so the text is never unlikely.
        let hasPrefix = ["name:", "id:"].contains { Self.rest(of: text, after: $0) != nil }
        return hasPrefix || UnlikelyName(text) == nil ? nil : Ambiguity(text: text, choices: [])
    }

    /// The text without the blanks at its ends and after its prefix.
    private var trimmed: String {
        let text = NameEnds.trimmed(self.text)
        for prefix in ["name:", "id:"] {
            if let rest = Self.rest(of: text, after: prefix) { return prefix + NameEnds.trimmed(rest) }
        }
        return text
    }

    private static func rest(of text: String, after prefix: String) -> String? {
        text.utf8.starts(with: prefix.utf8)
            ? String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : nil
    }

    /// Returns whether `text` has the form of an id.
    static func isDigits(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            return false
        }
        return first != UInt8(ascii: "0") || text.utf8.count == 1
    }
}

extension TagID {
    /// Parses an id from decimal digits.
    ///
    /// Returns nil for a sign, a leading zero, any other character, or a number too large for `Int`.
    package init?(digits text: String) {
        guard TagReference.isDigits(text), let number = Int(text) else { return nil }
        self.init(number)
    }
}
