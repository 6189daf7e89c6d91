import AdminAPI
import OfficialAccount

/// A hint about a client as a line of the page.
struct HintRow: Sendable {
    static let template = "hint"

    let hint: CallHint

    func html(_ words: Words) -> String {
        var query = CallsQuery(FormFields(""))
        query.call = hint.last
        let data: PageData = [
            "sentence": Excerpt.paragraph(hint.sentence), "count": hint.count.grouped,
            "name": Excerpt.inRow(hint.path.map(CallRow.name) ?? ""), "account": Excerpt.inRow(hint.account ?? ""),
            "href": query.address,
        ]
        return PageLibrary.render(Self.template, data, words)
    }

    static let markup = """
        <p><b><bdi>{{name}}</bdi></b> <span class="soft"><bdi>{{account}}</bdi></span> <span lang="en">{{sentence}}</span> <a href="{{href}}">{{count}} ×</a></p>
        """
}
