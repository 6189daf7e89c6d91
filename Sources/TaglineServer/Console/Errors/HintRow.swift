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
            "sentence": Excerpt.paragraph(sentence(words)), "count": hint.count.grouped,
            "name": Excerpt.inRow(hint.path.map(CallRow.name) ?? ""), "account": Excerpt.inRow(hint.account ?? ""),
            "href": query.address,
        ]
        return PageLibrary.render(Self.template, data, words)
    }

    /// Returns the hint's sentence in the language of the page. If ``WordTable`` has no sentence for this kind of hint,
    /// returns the sentence of the admin plane.
    private func sentence(_ words: Words) -> String {
        let key = "hint_\(hint.kind)"
        return words.texts[key] == nil ? hint.sentence : words.text(key, ["sentence": hint.sentence])
    }

    static let markup = """
        <p><b><bdi>{{name}}</bdi></b> <span class="soft"><bdi>{{account}}</bdi></span> <span>{{sentence}}</span> <a href="{{href}}">{{count}} ×</a></p>
        """
}
