import OfficialAccount

/// A tag that a follower carries, with a button that takes the tag off.
struct TagChip: Sendable {
    static let template = "chip"

    let tag: Tag
    /// Whether the page has the form that the button sends. If not, the chip has no button.
    let mayTag: Bool

    func html(_ words: Words) -> String {
        let data: PageData = ["value": tag.id.rawValue, "name": Excerpt.inRow(tag.name), "mayTag": mayTag]
        return PageLibrary.render(Self.template, data, words)
    }

    static let markup = """
        <span class="chip"><bdi>{{name}}</bdi>{{#mayTag}}<button class="plain" form="untag" name="tag" value="{{value}}" aria-label="{{t.take_off}} {{name}}">×</button>{{/mayTag}}</span>
        """
}
