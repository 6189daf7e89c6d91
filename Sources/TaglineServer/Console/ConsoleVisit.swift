import TagStore

/// Who looks at a page, and how: what every page depends on beside its own data.
struct ConsoleVisit: Sendable {
    /// How the clock stands that the header shows.
    struct Clock: Sendable {
        var now: UnixTime
        var isFrozen = false
        /// Seconds ahead of the system's clock; 0 in production.
        var lead: Int64 = 0
    }

    var language = ConsoleLanguage.english
    var path = ConsoleScreen.home
    var query = FormFields("")
    /// The query as it came, without a question mark.
    var queryText = ""
    /// The address under which the caller reaches the admin plane.
    var base = "http://127.0.0.1:8090"
    /// What forms carry, so that no other page can send them.
    var formToken = ""
    var isSandbox = true
    var needsToken = false
    /// Whether there is a session that can be ended.
    var hasSession = false
    var hasJournal = true
    var clock: Clock
    /// What stands beside the names of screens, such as how many rules are on.
    var counts: [ConsoleScreen: String] = [:]
    /// Why what was asked for was not done.
    var problem: String?

    var words: Words { .of(language) }

    /// The page itself, for forms to come back to.
    var address: String {
        let kept = queryText.split(separator: "&").filter { !$0.hasPrefix("done=") }.joined(separator: "&")
        return kept.isEmpty ? path : "\(path)?\(kept)"
    }

    /// The screens that there are here.
    var screens: [ConsoleScreen] {
        let all = ConsoleScreen.allCases.filter { screen in
            (isSandbox || !screen.isOfSandbox) && (hasJournal || (screen != .calls && screen != .errors))
        }
        return isSandbox ? all : [.health] + all.filter { $0 != .health }
    }
}
