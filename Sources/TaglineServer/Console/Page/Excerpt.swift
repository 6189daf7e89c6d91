/// The beginning of a text, for a small place on a page.
struct Excerpt: Sendable, Hashable {
    /// The beginning of the text, with an ellipsis if a part of the text is cut off.
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

    /// Returns as much of `name` as fits into a row of a table.
    static func inRow(_ name: String) -> String { Excerpt(name, upTo: 64).text }

    /// Returns as much of the sentence `text` as fits into a row of a table.
    static func sentence(_ text: String) -> String { Excerpt(text, upTo: 240).text }

    /// Returns as much of `text` as fits into a paragraph, such as the reason of a failure.
    static func paragraph(_ text: String) -> String { Excerpt(text, upTo: 1000).text }
}
