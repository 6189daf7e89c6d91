import OfficialAccount

/// Finds out which tags each text of a tag column means, and remembers the meaning of each cell.
///
/// A cell holds one tag, or several tags separated by `;` or `|`. If the whole cell is the name of a tag, the cell
/// means this tag, even if the name contains a separator. ``TagReference`` decides what each text means, and what may
/// be the name of a new tag.
public struct TagCells: Sendable {
    /// The meaning of a text.
    public enum Meant: Hashable, Sendable {
        case tag(TagID)
        /// The text names a tag that the account does not have. The name is the element of ``TagCells/missing`` at this
        /// index.
        case missing(Int)
    }

    /// Why it is not clear which tag a text means.
    public enum Unclear: Error, Hashable, Sendable, CustomStringConvertible {
        /// The text can mean several tags of the account. This case is also for a text that means no tag of the account
        /// and that a program probably wrote instead of a tag, such as `#N/A`.
        case ambiguous(TagReference.Ambiguity)
        /// The text means no tag of the account, and cannot be the name of a new tag.
        case noTag(String)
        /// The texts name more tags than an account can have. The elements are up to three of the names.
        case tooMany([String])

        public var description: String {
            switch self {
            case .ambiguous(let ambiguity): ambiguity.description
            case .noTag(let text): "the account has no tag \"\(text)\""
            case .tooMany(let names):
                "the tag column holds more tags than an account can have, such as \(names.joined(separator: ", "))"
            }
        }
    }

    /// The most names in ``missing``. An account can have far fewer tags.
    private static let mostMissing = 1000
    /// The most cells whose meaning this type remembers.
    private static let mostKnown = 100_000

    public let tags: [Tag]
    /// The names of tags that the account does not have, in the order of their first mention.
    public private(set) var missing: [String] = []
    private var known: [TagReference: [Meant]] = [:]
    private var numbers: [TagReference: Int] = [:]

    public init(tags: [Tag]) {
        self.tags = tags
    }

    /// Returns the tags that `text` means, without repetitions. Throws ``Unclear`` if a meaning is not clear.
    public mutating func meant(by text: TagText) throws(Unclear) -> [Meant] {
        switch text {
        case .list(let texts):
            var meant: [Meant] = []
            for text in texts where !NameEnds.isBlank(text) { meant.append(try one(text)) }
            return Self.distinct(meant)
        case .cell(let cell):
            if let meant = known[TagReference(cell)] { return meant }
            let meant = Self.distinct(try self.cell(cell))
            // Even a few tags can form any number of different cells. So this limit only bounds the memory, and does
            // not refuse a cell.
            if known.count == Self.mostKnown { known.removeAll(keepingCapacity: true) }
            known[TagReference(cell)] = meant
            return meant
        }
    }

    private mutating func cell(_ cell: String) throws(Unclear) -> [Meant] {
        let parts = cell.utf8.split(whereSeparator: Self.isSeparator).map { String(decoding: $0, as: UTF8.self) }
            .filter { !NameEnds.isBlank($0) }
        if cell.utf8.contains(where: Self.isSeparator) {
            let whole = TagReference(cell).candidates(in: tags)
            if !whole.isEmpty {
                let all = Self.distinct(whole + parts.flatMap { TagReference($0).candidates(in: tags) })
                guard all.count == whole.count else {
                    // The error suggests only texts without a separator. A text with a separator would be ambiguous
                    // again in a cell.
                    throw .ambiguous(
                        TagReference.ambiguity(cell, all, in: tags) { text in
                            !text.utf8.contains(where: Self.isSeparator)
                        })
                }
                return [try one(cell)]
            }
        }
        var meant: [Meant] = []
        for part in parts { meant.append(try one(part)) }
        return meant
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ";") || byte == UInt8(ascii: "|") }

    private mutating func one(_ text: String) throws(Unclear) -> Meant {
        let reference = TagReference(text)
        let candidates = reference.candidates(in: tags)
        let trimmed = NameEnds.trimmed(text)
        if candidates.count > 1 { throw .ambiguous(TagReference.ambiguity(trimmed, candidates, in: tags)) }
        if let tag = candidates.first { return .tag(tag.id) }
        if let unlikely = reference.unlikelyName { throw .ambiguous(unlikely) }
        guard let name = reference.newName else { throw .noTag(trimmed) }
        if let number = numbers[TagReference(name)] { return .missing(number) }
        guard missing.count < Self.mostMissing else { throw .tooMany(Array(missing.prefix(3))) }
        numbers[TagReference(name)] = missing.count
        missing.append(name)
        return .missing(missing.count - 1)
    }

    private static func distinct<Element: Hashable>(_ elements: [Element]) -> [Element] {
        var seen: Set<Element> = []
        return elements.filter { seen.insert($0).inserted }
    }
}
