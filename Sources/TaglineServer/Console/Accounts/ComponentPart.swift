import OfficialAccount
import TagStore

/// A third-party platform with the accounts that authorise it.
struct ComponentPart: Sendable {
    static let template = "component"
    /// The most accounts that the page shows for one platform.
    private static let most = 10

    let component: Component
    /// The grants to the platform that no account has withdrawn.
    let grants: [Grant]

    func html(_ words: Words) -> String {
        let left = grants.count - Self.most
        var data: PageData = [
            "appid": Excerpt.inRow(component.appID.rawValue), "sets": Self.list(component.settings.permissionSets),
            "grants": grants.prefix(Self.most).map { grant -> PageData in
                ["appid": grant.account.rawValue, "sets": Self.list(grant.permissionSets)]
            },
        ]
        if left > 0 { data["more"] = words.text("more_grants", ["n": left.grouped]) }
        return PageLibrary.render(Self.template, data, words)
    }

    private static func list(_ sets: [Int]) -> String {
        Excerpt(sets.map(String.init).joined(separator: ", "), upTo: 100).text
    }

    static let markup = """
        <p><code><bdi>{{appid}}</bdi></code> · {{t.sets}} {{sets}}</p><dl>{{#grants}}<dt class="mono"><bdi>{{appid}}</bdi></dt><dd>{{t.granted}} {{sets}}</dd>{{/grants}}</dl>{{#more}}<p class="soft">{{more}}</p>{{/more}}
        """
}
