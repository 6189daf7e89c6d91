/// The beginning of a text, for a place on a page that has little room.
struct Excerpt: Sendable, Hashable {
    /// The text, with an ellipsis for the part that is cut off.
    let text: String
    let isCut: Bool

    /// Cuts `text` after the last character that fits into `most` bytes of HTML. Cost: proportional to `most`.
    init(_ text: String, upTo most: Int) {
        var left = most
        var end = text.startIndex
        while end < text.endIndex {
            left -= PageEscaping.bytes(of: text[end])
            guard left >= 0 else { break }
            end = text.index(after: end)
        }
        isCut = end < text.endIndex
        self.text = isCut ? String(text[..<end]) + "…" : text
    }

    // MARK: Usual places

    /// Returns a name for a row of a table.
    static func inRow(_ name: String) -> String { Excerpt(name, upTo: 64).text }

    /// Returns a sentence for a row of a table.
    static func sentence(_ text: String) -> String { Excerpt(text, upTo: 240).text }

    /// Returns a text for a line of its own, such as the reason of a failure.
    static func paragraph(_ text: String) -> String { Excerpt(text, upTo: 1000).text }
}
