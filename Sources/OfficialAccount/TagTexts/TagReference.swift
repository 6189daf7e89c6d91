/// A text that names a tag: a name, an id, or either with the prefix `name:` or `id:`.
///
/// An id consists of digits, without a sign or a leading zero, as the platform prints it. Everything else is a name.
/// Names are compared byte by byte. Only this type decides which tag a text names.
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

    /// The error for a text that may name several tags; for each of them it has a text that names only that one.
    public struct Ambiguity: Error, Hashable, Sendable, CustomStringConvertible {
        /// The text that may name several tags.
        public let text: String
        /// The tags that the text may name, in the order of their ids.
        public let choices: [Choice]

        /// One tag that the text may name.
        public struct Choice: Hashable, Sendable {
            /// The tag, as the list of the account's tags has it.
            public let tag: Tag
            /// A text that names only this tag, such as `id:134`; nil if there is none.
            public let text: String?
        }

        /// One sentence in English that names the tags and what to write for each.
        public var description: String {
            let said = choices.map { choice in
                "\(choice.text.map { "\"\($0)\"" } ?? "nothing but a new name") for the tag \(choice.tag.id), named \"\(choice.tag.name)\""
            }
            return "\"\(text)\" may mean \(choices.count) tags; say \(said.joined(separator: ", or "))"
        }
    }

    /// Returns the tag that the text names, or nil if there is none.
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

    /// Returns the error that says that `text` may name each of `candidates`.
    package static func ambiguity(_ text: String, _ candidates: [Tag], in tags: [Tag]) -> Ambiguity {
        let choices = candidates.sorted { $0.id < $1.id }.map { tag in
            let texts = ["id:\(tag.id)", "name:\(tag.name)", "\(tag.id)", tag.name]
            // If the text is a tag's name, suggest the name first: the person thinks of the tag by its name.
            let ordered = tag.name.hasSameBytes(as: text) ? ["name:\(tag.name)"] + texts : texts
            return Ambiguity.Choice(
                tag: tag, text: ordered.first { TagReference($0).candidates(in: tags).map(\.id) == [tag.id] })
        }
        return Ambiguity(text: text, choices: choices)
    }

    /// Returns every tag that the text may name.
    package func candidates(in tags: [Tag]) -> [Tag] {
        let id = id
        let rest = rest(after: "name:")
        return tags.filter { tag in
            tag.id == id || tag.name.hasSameBytes(as: text) || rest.map(tag.name.hasSameBytes) ?? false
        }
    }

    /// The name for a new tag, if the text names no tag yet.
    ///
    /// Nil for digits, for the prefix `id:`, and for an empty name. The prefix `name:` is not part of the name, so
    /// `name:134` makes a tag named `134`.
    public var newName: String? {
        if let rest = rest(after: "name:") { return rest.isEmpty ? nil : rest }
        return text.isEmpty || Self.isDigits(text) || rest(after: "id:") != nil ? nil : text
    }

    /// The id that the text spells; nil if it is not an id, or no tag can have it.
    private var id: TagID? { TagID(digits: rest(after: "id:") ?? text) }

    private func rest(after prefix: String) -> String? {
        text.utf8.starts(with: prefix.utf8)
            ? String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : nil
    }

    /// Whether the text is written as an id.
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
    public init?(digits text: String) {
        guard TagReference.isDigits(text), let number = Int(text) else { return nil }
        self.init(number)
    }
}
