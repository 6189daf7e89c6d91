import OfficialAccount

extension ListOption {
    /// The most bytes of a tag's name in a selection list. A name that keeps to the platform's limit is not cut.
    private static let mostOfName = 40

    /// Returns options for `tags`.
    ///
    /// - Parameters:
    ///   - chosen: the id of the tag that the browser shows first; nil for the first one.
    ///   - showsCount: whether an option shows how many followers carry the tag.
    static func data(of tags: [Tag], chosen: Int? = nil, showsCount: Bool = false) -> [PageData] {
        tags.map { tag in
            let name = Excerpt(tag.name, upTo: mostOfName).text
            let text = showsCount ? "\(name) · \(tag.count.grouped)" : name
            return ListOption("\(tag.id)", text, isChosen: tag.id.rawValue == chosen).data
        }
    }
}
