import OfficialAccount

extension ListOption {
    /// The most bytes of a tag's name in a selection list. A name within the platform's limit is not cut.
    private static let mostOfName = 40

    /// Returns options for `tags`.
    ///
    /// - Parameters:
    ///   - chosen: the id of the tag that is selected when the page opens; nil means the first tag.
    ///   - showsCount: whether an option shows how many followers carry the tag.
    static func data(of tags: [Tag], chosen: Int? = nil, showsCount: Bool = false) -> [PageData] {
        tags.map { tag in
            let name = Excerpt(tag.name, upTo: mostOfName).text
            let text = showsCount ? "\(name) · \(tag.count.grouped)" : name
            return ListOption("\(tag.id)", text, isChosen: tag.id.rawValue == chosen).data
        }
    }
}
