import TagStore

/// One visit to a page: the visitor, the language, the clock, and the other values that every page needs.
struct ConsoleVisit: Sendable {
    /// The state of the clock that the page's header shows.
    struct Clock: Sendable {
        var now: UnixTime
        var isFrozen = false
        /// How many seconds the clock is ahead of the system's clock; 0 in production.
        var lead: Int64 = 0
    }

    /// The most bytes that a query may have; the console ignores a longer query. A page repeats parts of the query in
    /// its links.
    private static let longestQuery = 2048
    /// The most bytes that the query may have in ``address``. Every form of a page repeats ``address``.
    private static let longestAddress = 1024

    var language = ConsoleLanguage.english
    var path = ConsoleScreen.home
    var query = FormFields("")
    /// The query as the browser sent it, without a question mark.
    var queryText = ""
    /// The address under which the visitor reaches the admin plane.
    var base = "http://127.0.0.1:8090"
    /// The token in every form. Other sites do not know it, so they cannot send a form.
    var formToken = ""
    var isSandbox = true
    var needsToken = false
    /// Whether the visitor has signed in. If so, the page shows a button that ends the session.
    var hasSession = false
    var hasJournal = true
    var clock: Clock
    /// The texts that the menu shows after the names of screens, such as the number of active rules.
    var counts: [ConsoleScreen: String] = [:]
    /// The reason why the server did not do what the visitor asked for.
    var problem: String?

    var words: Words { .of(language) }

    /// Makes this a visit to the page at `path`. If `query` is too long, the visit ignores `query`, and the page shows
    /// this problem.
    mutating func open(_ path: String, _ query: String) {
        self.path = path
        let isShort = query.utf8.count <= Self.longestQuery
        queryText = isShort ? query : ""
        self.query = FormFields(queryText)
        if !isShort { problem = words["long_query"] }
    }

    /// The address of the page, to which the browser returns after a form. It does not include the result of the last
    /// form. If the rest of the query is longer than ``longestAddress``, the address is only the path.
    var address: String {
        let kept = queryText.split(separator: "&").filter { field in
            !["done=", "import="].contains { field.hasPrefix($0) }
        }.joined(separator: "&")
        return kept.isEmpty || kept.utf8.count > Self.longestAddress ? path : "\(path)?\(kept)"
    }

    /// The screens that this server has.
    var screens: [ConsoleScreen] {
        let all = ConsoleScreen.allCases.filter { screen in
            (isSandbox || !screen.isOfSandbox) && (hasJournal || (screen != .calls && screen != .errors))
        }
        return isSandbox ? all : [.health] + all.filter { $0 != .health }
    }
}
