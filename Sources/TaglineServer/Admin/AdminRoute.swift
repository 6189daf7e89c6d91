import HTTPTypes
import Hummingbird

/// One thing the admin plane can do. The router and the OpenAPI document are both made from these.
struct AdminRoute: Sendable {
    typealias Handler = @Sendable (Request, BasicRequestContext) async throws -> Response

    /// What a request's body holds.
    enum Body: Sendable {
        case none
        /// One JSON object with these members.
        case object([Member])
        /// A stream of lines.
        case lines
    }

    /// A member of a JSON object.
    struct Member: Sendable {
        enum Kind: Sendable {
            case text(pattern: String?)
            case choice([String])
            case flag
            case positiveNumber
            case texts
        }

        let name: String
        let kind: Kind
        let isRequired: Bool
        let summary: String

        init(_ name: String, _ kind: Kind, isRequired: Bool = false, _ summary: String) {
            self.name = name
            self.kind = kind
            self.isRequired = isRequired
            self.summary = summary
        }
    }

    let method: HTTPRequest.Method
    /// As the router and OpenAPI write it: `/accounts/{appid}`.
    let path: String
    /// What it does, in one line.
    let summary: String
    let body: Body
    /// The statuses it can answer, the good one first.
    let statuses: [Int]
    let handler: Handler

    init(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, body: Body = .none, statuses: [Int] = [200],
        handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.body = body
        self.statuses = statuses
        self.handler = handler
    }
}
