import OfficialAccount
import TagStore

/// A follower as a row of the list, with the first few of the follower's tags.
struct ListedFollower: Sendable {
    static let template = "follower-row"
    /// The most tags in a row.
    private static let mostTags = 5
    /// The most bytes that the names of the tags in a row take together.
    private static let mostNameBytes = 160

    let profile: FollowerProfile
    /// The names of the account's tags.
    let names: [TagID: String]
    let isOpen: Bool
    /// The address of the page with the follower's details.
    let address: String

    func html(_ words: Words) -> String {
        let tags = profile.following?.tagIDs ?? []
        let shown = shownNames(of: tags)
        var data: PageData = [
            "openid": "\(profile.openID)", "href": address, "here": isOpen, "carried": shown,
            "since": BeijingTimeText.day(UnixTime(seconds: profile.following?.since ?? 0)),
            "remark": Excerpt.inRow(profile.following?.remark ?? ""),
        ]
        if shown.count < tags.count {
            data["more"] = words.text("more_tags", ["n": (tags.count - shown.count).grouped])
        }
        return PageLibrary.render(Self.template, data, words)
    }

    /// Returns the names of the first ``mostTags`` of `tags`. If the names are long, returns fewer names, but at least
    /// one name.
    private func shownNames(of tags: [TagID]) -> [String] {
        var left = Self.mostNameBytes
        let shown = tags.prefix(Self.mostTags).map { Excerpt.inRow(names[$0] ?? "\($0)") }
        return Array(
            shown.enumerated().prefix { place, name in
                left -= PageEscaping().escapeText(name).utf8.count
                return left >= 0 || place == 0
            }.map(\.element))
    }

    static let markup = """
        <tr{{#here}} aria-selected="true"{{/here}}><td class="mono"><a data-row href="{{href}}">{{openid}}</a></td><td class="mono desk">{{since}}</td><td class="wrap soft">{{#carried}}<span class="chip"><bdi>{{.}}</bdi></span>{{/carried}}{{#more}} {{more}}{{/more}}</td><td class="wrap desk"><bdi>{{remark}}</bdi></td></tr>
        """
}
