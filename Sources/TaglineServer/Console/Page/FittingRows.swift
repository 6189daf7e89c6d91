/// The first rows of a list that fit into a part of a page.
///
/// The first row is always included, even if it is too long, so that every page of a list shows a new row.
struct FittingRows: Sendable {
    /// The rows as HTML.
    let html: String
    let count: Int

    /// - Parameters:
    ///   - bytes: the most bytes of the rows together.
    ///   - draw: returns a row as HTML.
    init<Rows: Collection>(_ rows: Rows, in bytes: Int, _ draw: (Rows.Element) -> String) {
        var html = ""
        var count = 0
        for row in rows {
            let drawn = draw(row)
            guard count == 0 || html.utf8.count + drawn.utf8.count <= bytes else { break }
            html += drawn
            count += 1
        }
        self.html = html
        self.count = count
    }
}
