import AdminAPI
import HTTPTypes
import Hummingbird

/// A route of the admin plane. The server makes the plane's router and its OpenAPI document from these routes.
struct AdminRoute: Sendable {
    typealias Handler = @Sendable (Request, AdminContext) async throws -> Response

    /// The form of the body of a request.
    enum Body: Sendable {
        case none
        /// One JSON object with these members.
        case object([AdminMember], rules: [PresenceRule] = [])
        /// One JSON object with these members. An absent body counts as an object without members.
        case optionalObject([AdminMember])
        /// A stream of any number of lines.
        case lines(mayBeEmpty: Bool)
    }

    let method: HTTPRequest.Method
    /// The path as the router and OpenAPI write it: `/accounts/{appid}`.
    let path: String
    /// The purpose of the route, in one line.
    let summary: String
    /// The parameters that the query may have.
    let query: [AdminMember]
    let body: Body
    /// Whether callers without the token may use the route.
    let isOpen: Bool
    /// The forms of a good answer.
    let answers: [AdminAnswer]
    /// The statuses with which the route itself can answer. The status of a good answer is first.
    let statuses: [Int]
    let handler: Handler

    init(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, query: [AdminMember] = [],
        body: Body = .none, isOpen: Bool = false, answers: [AdminAnswer], statuses: [Int] = [200],
        handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.query = query
        self.body = body
        self.isOpen = isOpen
        self.answers = answers
        self.statuses = statuses
        self.handler = query.isEmpty && !isOpen ? Self.withoutQuery(handler) : handler
    }

    /// Returns a handler that refuses every query parameter, and otherwise calls `handler`.
    ///
    /// The handler of a route with query parameters checks them itself.
    private static func withoutQuery(_ handler: @escaping Handler) -> Handler {
        { request, context in
            _ = try AdminQuery(request, of: [])
            return try await handler(request, context)
        }
    }

    /// Makes a route whose handler returns the good answer as a shape.
    init<Answer: AdminShape>(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, query: [AdminMember] = [],
        body: Body = .none, isOpen: Bool = false, answer: Answer.Type, statuses: [Int] = [200],
        handler: @escaping @Sendable (Request, AdminContext) async throws -> Answer
    ) {
        let status: HTTPResponse.Status = statuses.first == 201 ? .created : .ok
        self.init(
            method, path, summary, query: query, body: body, isOpen: isOpen, answers: [.json(answer)],
            statuses: statuses
        ) { request, context in
            try .shape(try await handler(request, context), status: status)
        }
    }
}

extension AdminRoute {
    /// Returns whether the path of a request matches the path of the route.
    func matches(_ path: String) -> Bool {
        let own = self.path.split(separator: "/")
        let parts = path.split(separator: "/")
        return own.count == parts.count && zip(own, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }

    /// Returns the statuses that a request to the route can get, in ascending order.
    ///
    /// - 400 for a request that does not fit the route's own schema, and 413 for a body that is too long.
    /// - 401 for a request without the token, if the server needs a token.
    /// - 403 for a request from a page of another site.
    /// - 503 if the store does not answer, or if a file of the server cannot be written.
    func documentedStatuses(needsToken: Bool) -> [Int] {
        var statuses = Set(statuses + [403, 503])
        if case .none = body {} else { statuses.formUnion([400, 413]) }
        if !isOpen { statuses.insert(400) }
        if needsToken, !isOpen { statuses.insert(401) }
        return statuses.sorted()
    }

    /// The parts of paths that hold a name which a person chose. ``AdminContext/name(_:)`` checks these names.
    static let fault = AdminMember("fault", .text(.name), isRequired: true, "the name of the fault rule")
    static let snapshot = AdminMember("snapshot", .text(.name), isRequired: true, "the name of the snapshot")

    /// The variable parts of the path, such as `{appid}` and `{id}`.
    var pathMembers: [AdminMember] {
        [
            AdminMember("appid", .text(.appID), isRequired: true, "the account's appid"),
            AdminMember("component", .text(.appID), isRequired: true, "the platform's component_appid"),
            Self.fault,
            Self.snapshot,
            AdminMember("id", .number(0...Int(Int32.max)), isRequired: true, "the id of the tag"),
        ].filter { path.contains("{\($0.name)}") }
    }
}
