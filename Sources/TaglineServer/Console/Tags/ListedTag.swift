import OfficialAccount

/// A tag as a row of the list, with a bar for the number of its followers.
struct ListedTag: Sendable {
    static let template = "tag-row"

    let tag: Tag
    /// The number of followers of the tag with the longest bar.
    let most: Int
    let isOpen: Bool
    /// The address of the page with the tag's form, to which the row links. For one of the platform's own tags, this is
    /// the address of the list of the tag's followers.
    let address: String

    func html(_ words: Words) -> String {
        let data: PageData = [
            "id": tag.id.rawValue, "name": Excerpt.inRow(tag.name), "count": tag.count.grouped,
            "width": BarWidth.percent(tag.count, of: most), "here": isOpen, "href": address,
        ]
        return PageLibrary.render(Self.template, data, words)
    }

    static let markup = """
        <tr{{#here}} aria-selected="true"{{/here}}><td class="num mono">{{id}}</td><td class="wrap"><a data-row href="{{href}}"><bdi>{{name}}</bdi></a></td><td class="num">{{count}}</td><td class="why"><svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width="{{width}}" height="6"></rect></svg></td></tr>
        """
}
