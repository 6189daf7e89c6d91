import OfficialAccount
import TagStore

/// The number of followers who meet an expression, as the page of followers shows it.
///
/// One step of the search looks at a limited number of followers. htmx asks for one step after another until a step has
/// reached the last follower.
struct FollowerCount: Sendable {
    static let path = "\(ConsoleScreen.followers.path)/count"
    static let template = "follower-count"

    let account: String
    let condition: String
    /// Whether the count leaves out the followers of earlier pages, because this page is not the first page.
    let isRest: Bool
    /// Whether the page has room for more matches than the search has found so far. If so, the first later step that
    /// finds a match adds a link to the page with this match.
    private var seeks: Bool
    private var count: Int
    private var lookedAt: Int
    /// The openid after which the next step begins; nil when the count is complete.
    private(set) var end: OpenID?
    /// The openid after which the latest step began, if this step found the first further match; nil after any other
    /// step.
    private var match: OpenID?
    /// Whether the page itself contains this count; false in the answer to a request for a further step.
    private let isOnPage: Bool

    /// Makes the first count of a page, from the search that found the rows of the page.
    init(of condition: String, _ account: AppID, _ found: FollowerSearch.Found, isRest: Bool) {
        self.account = account.rawValue
        self.condition = condition
        self.isRest = isRest
        (count, lookedAt, end) = (found.count, found.lookedAt, found.end)
        seeks = found.next == found.end
        isOnPage = true
    }

    /// Reads the count so far from the query of a request for the next step. Returns nil for any other query.
    init?(_ query: FormFields) {
        guard let account = query["account"], let condition = query["where"], let end = OpenID(query.raw("after"))
        else { return nil }
        self.account = account
        self.condition = condition
        self.end = end
        isRest = query["rest"] != nil
        seeks = query["seek"] != nil
        count = Self.number("count", query)
        lookedAt = Self.number("seen", query)
        isOnPage = false
    }

    private static func number(_ name: String, _ query: FormFields) -> Int {
        min(max(0, query.number(name) ?? 0), 1 << 40)
    }

    /// Adds the number of followers that the next step found.
    mutating func add(_ found: FollowerSearch.Found) {
        if seeks, found.count > 0 { (match, seeks) = (end, false) }
        count += found.count
        lookedAt += found.lookedAt
        end = found.end
    }

    func html(_ words: Words) -> String { PageLibrary.render(Self.template, data(words), words) }

    func data(_ words: Words) -> PageData {
        let key = end != nil ? "matches_so_far" : isRest ? "matches_left" : "matches"
        var data: PageData = [
            "matches": words.text(
                key, ["n": count.grouped, "seen": lookedAt.grouped]),
            "onPage": isOnPage,
        ]
        data["match"] = match.map { FormFields.address(ConsoleScreen.followers.path, fields(after: $0)) }
        data["poll"] = end.map { FormFields.address(Self.path, fields(after: $0) + steps) }
        return data
    }

    private func fields(after cursor: OpenID) -> [(String, String?)] {
        [("account", account), ("where", condition), ("after", cursor.description)]
    }

    private var steps: [(String, String?)] {
        [
            ("count", "\(count)"), ("seen", "\(lookedAt)"), ("rest", isRest ? "1" : nil), ("seek", seeks ? "1" : nil),
        ]
    }

    static let markup = """
        {{#match}}<span id="match"><a href="{{match}}">{{t.further_matches}}</a> · </span>{{/match}}<span id="count"{{#poll}} hx-get="{{poll}}" hx-trigger="load delay:20ms" hx-select="#match, #count" hx-swap="outerHTML"{{/poll}}>{{matches}}{{#poll}}{{#onPage}}<noscript> {{t.count_next_page}}</noscript>{{/onPage}}{{/poll}}</span>
        """
}
