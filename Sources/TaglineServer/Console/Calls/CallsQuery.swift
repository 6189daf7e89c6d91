import HTTPTypes
import OfficialAccount
import TagStore

/// The filter and the place that a person chose in the list of calls. The address of the page contains them.
struct CallsQuery: Sendable, Hashable {
    var account: String?
    var path: String?
    /// Whether to show refused or successful calls: `refused`, `ok`, or nil for both.
    var answer: String?
    /// An openid, a rid or an errcode.
    var search: String?
    var mark: String?
    /// The name of a fault rule. The page shows only calls on which this rule fired.
    var fault: String?
    /// The number of a call. The page shows only calls with smaller numbers.
    var before: Int?
    /// The number of the call whose details the page shows.
    var call: Int?

    init(_ fields: FormFields) {
        account = fields["account"]
        path = fields["path"]
        answer = fields["answer"]
        search = fields["find"]
        mark = fields["mark"]
        fault = fields["fault"]
        before = Self.number("before", fields)
        call = Self.number("call", fields)
    }

    /// Returns the number of a call from the field `name`; nil if the field is absent, or has no number that a call can
    /// have.
    private static func number(_ name: String, _ fields: FormFields) -> Int? {
        fields.number(name).flatMap { 1...(1 << 52) ~= $0 ? $0 : nil }
    }

    /// Whether the page adds new rows by itself. A page with a filter, with older calls, or with the details of a call
    /// adds no rows.
    var isLive: Bool { !isFiltered && before == nil && call == nil }

    var isFiltered: Bool {
        account != nil || path != nil || answer != nil || search != nil || mark != nil || fault != nil
    }

    /// Returns the filter. Throws ``ConsoleMistake`` if `search` is not an openid, a rid or an errcode.
    func filter() throws(ConsoleMistake) -> CallFilter {
        var filter = CallFilter()
        filter.account = account.map { AppID($0) }
        filter.path = path
        filter.isRefused = answer.map { $0 != "ok" }
        filter.fault = fault
        guard let search else { return filter }
        if let openID = OpenID(search) {
            filter.openID = openID
        } else if RequestID.time(of: search) != nil {
            filter.rid = search
        } else if let code = Int(search) {
            filter.errcode = ErrorCode(code)
        } else {
            throw .notFindable(Refusal.quoted(search))
        }
        return filter
    }

    /// The fields in the query of the page's address.
    var fields: [(String, String?)] {
        [
            ("account", account), ("path", path), ("answer", answer), ("find", search), ("mark", mark),
            ("fault", fault), ("before", before.map(String.init)), ("call", call.map(String.init)),
        ]
    }

    /// The address of the page.
    var address: String { FormFields.address(ConsoleScreen.calls.path, fields) }

    func with(call: Int?) -> CallsQuery {
        var query = self
        query.call = call
        return query
    }

    func with(before: Int?) -> CallsQuery {
        var query = self
        query.before = before
        query.call = nil
        return query
    }

    /// The filter as the fields of a query to the admin plane.
    var adminFields: [(String, String?)] {
        let filter = try? filter()
        return [
            ("account", account), ("path", path), ("refused", answer.map { $0 != "ok" ? "true" : "false" }),
            ("openid", filter?.openID.map { "\($0)" }), ("rid", filter?.rid),
            ("errcode", filter?.errcode.map { "\($0)" }), ("mark", mark), ("fault", fault),
        ]
    }

    /// Returns the admin call that lists the calls of the page.
    func adminCall(limit: Int) -> AdminCall {
        let page: [(String, String?)] = [("before", before.map(String.init)), ("limit", String(limit))]
        return AdminCall(.get, ["calls"], query: adminFields + page)
    }
}
