/// Limits the bytes of a page, even if its list has many rows and long names.
///
/// The template of a page with a long list has `{{{list}}}` in the list's place. ``PageFrame`` first renders the page
/// without the list. The list then gets the bytes that remain.
enum PageRoom {
    /// The most bytes of a page. The documentation promises at most 60,000.
    private static let most = 59_500

    /// Marks the place of the list in the rendered page without the list. ``PageEscaping`` replaces this character in
    /// all texts, so the rendered page has it only in the list's place.
    static let listMark = "\0"

    /// Returns `page`, in which the list replaces ``listMark``.
    ///
    /// - Parameter list: returns the list as HTML of at most `room` bytes.
    static func filled(_ page: String, _ list: (_ room: Int) -> String) -> String {
        guard let place = page.utf8.firstIndex(of: 0) else { return page }
        let rows = list(max(0, most - page.utf8.count))
        return String(page[..<place]) + rows + String(page[page.utf8.index(after: place)...])
    }
}
