/// The room on a page. It is bounded, however many rows a page has and however long the names on it are.
///
/// The template of a page with a long list has `{{{list}}}` in the list's place. The rest of the page is rendered
/// first, and the list gets the room that is left.
enum PageRoom {
    /// The most bytes of a page. The documentation promises at most 60,000.
    private static let most = 59_500

    /// Stands for the list while the rest of the page is rendered. ``PageEscaping`` replaces this character in all
    /// other texts.
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
