import AdminAPI
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore

/// The route through which the server's owner makes calls of the API for an account, without a token of that account.
///
/// The server checks, counts and records these calls like any other call.
struct CallRoute: Sendable {
    let store: any TagStore
    let gateway: Gateway

    /// The paths of the calls that an account makes with its token.
    static let paths = Endpoint.all.filter {
        switch $0.access {
        case .account, .certifiedAccount: true
        case .credentials, .accountOrComponent, .component, .componentOrAuthorizer: false
        }
    }.map(\.path)

    private struct Wish: Decodable {
        let path: String
        let query: String?
        let body: String?
    }

    private static let wish: [AdminMember] = [
        .init("path", .choice(paths), isRequired: true, "the path of the call"),
        .init("query", .text(.any), "the query, without a question mark and without a token"),
        .init("body", .text(.any), "the body, as text"),
    ]

    var routes: [AdminRoute] {
        [
            AdminRoute(
                .post, "/accounts/{appid}/calls",
                "Make an API call for an account, without the account's token; the answer contains the API's answer.",
                body: .object(Self.wish), answer: MadeCall.self, statuses: [200, 404]
            ) { request, context in
                let appID = try await store.existing(context)
                let wish: Wish = try await request.decodeJSON(of: Self.wish)
                var headers = HTTPHeaders([("host", "admin")])
                headers.add(name: "user-agent", value: "tagline admin plane")
                let method = Endpoint.all.first { $0.path == wish.path }?.method ?? .post
                let query = wish.query.flatMap { $0.isEmpty ? nil : "?" + $0 } ?? ""
                let response = await gateway.respond(
                    to: APIRequest(
                        method: method == .get ? .GET : .POST, target: wish.path + query, headers: headers,
                        body: ByteBuffer(string: method == .get ? "" : wish.body ?? "")),
                    address: nil, as: .account(appID))
                return MadeCall(
                    status: Int(response.status.code), reason: response[APIResponse.reason],
                    answer: String(buffer: response.body))
            }
        ]
    }

    /// Returns the request to the admin plane that makes an API call for an account.
    static func call(_ path: String, of account: String, query: String = "", body: String) -> AdminCall {
        AdminCall(.post, ["accounts", account, "calls"]) { fields in
            fields.field("path", path)
            if !query.isEmpty { fields.field("query", query) }
            if !body.isEmpty { fields.field("body", body) }
        }
    }
}
