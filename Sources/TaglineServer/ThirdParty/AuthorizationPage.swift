import Foundation
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore

/// The page on which an account's administrator authorises a third-party platform. Only a sandbox has this page. Every
/// visitor counts as the administrator of every account.
///
/// Source: `doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Authorization_Process_Technical_Description`.
public struct AuthorizationPage: Sendable {
    static let path = "/cgi-bin/componentloginpage"
    /// The paths of the page: its own path, and the paths of its versions for phones.
    static let paths: Set = [path, "/safe/bindcomponent", "/wxaopen/safe/bindcomponent"]

    private static let setNames = [
        1: "消息管理 · messages", 2: "用户管理 · followers and tags", 3: "账号服务 · account service", 4: "网页服务 · web pages",
        7: "群发与通知 · broadcasts", 11: "素材管理 · material", 15: "自定义菜单 · menu",
    ]
    /// The most accounts that the page offers.
    private static let offered = 200

    private let store: any TagStore
    private let surroundings: Surroundings
    private let authorizations: Authorizations

    public init(store: any TagStore, surroundings: Surroundings, events: ComponentEvents) {
        self.store = store
        self.surroundings = surroundings
        authorizations = Authorizations(store: store, surroundings: surroundings, events: events)
    }

    /// The checked parameters with which a browser opened the page.
    private struct Visit {
        let component: Component
        let preAuthCode: String
        let redirect: URLComponents
    }

    /// The reason why the server does not show the page, or refuses the form.
    private struct Problem: Error {
        let sentence: String
    }

    func respond(to request: APIRequest) async -> APIResponse {
        do {
            switch request.method {
            case .GET, .HEAD: return try await show(request)
            case .POST: return try await submit(request)
            default:
                var answer = Self.problem("Open this page with a browser.", status: .methodNotAllowed)
                answer["allow"] = "GET, HEAD, POST"
                return answer
            }
        } catch let problem as Problem {
            return Self.problem(problem.sentence)
        } catch let refusal as Refusal {
            return Self.problem(refusal.reason)
        } catch {
            return Self.problem("The form did not arrive whole; try again.")
        }
    }

    private func show(_ request: APIRequest) async throws -> APIResponse {
        let visit = try await visit(FormFields(request.target.query))
        let accounts = try await store.accounts().prefix(Self.offered)
        return Self.page(
            title: "授权 · Authorise",
            [
                "platform": visit.component.appID.rawValue, "action": Self.path, "code": visit.preAuthCode,
                "redirect": visit.redirect.string ?? "",
                "accounts": accounts.enumerated().map { index, summary -> PageData in
                    [
                        "appid": summary.account.appID.rawValue, "first": index == 0,
                        "service": summary.account.kind == .service, "certified": summary.account.isCertified,
                    ]
                },
                "sets": visit.component.settings.permissionSets.map { id -> PageData in
                    ["id": id, "name": Self.setNames[id] ?? ""]
                },
            ])
    }

    private func submit(_ request: APIRequest) async throws -> APIResponse {
        // This check also refuses the form from a page in a sandboxed frame, and from a page that hides its origin.
        guard !SendingPage(of: request).isForeign else {
            throw Problem(sentence: "The form was sent from another page.")
        }
        guard request.body.buffer.readableBytes <= 64 * 1024 else { throw Problem(sentence: "The form is too long.") }
        let fields = FormFields(String(buffer: request.body.buffer))
        let visit = try await visit(fields)
        let appID = fields.raw("appid")
        guard !appID.isEmpty else {
            throw Problem(sentence: "Choose an account.")
        }
        let sets = fields.fields.filter { $0.name == "set" }.compactMap { Int($0.value) }
        guard !Set(sets).isDisjoint(with: visit.component.settings.permissionSets) else {
            throw Problem(sentence: "Tick a permission set that the third-party platform has.")
        }
        let code = try await authorizations.authorize(
            visit.component.appID, by: AppID(appID), sets: sets, preAuthCode: visit.preAuthCode)
        var redirect = visit.redirect
        // Does not encode the query again, so that a + stays a +. Removes the fields that only this page may set.
        let own = (redirect.percentEncodedQuery ?? "").split(separator: "&").filter {
            !["auth_code", "expires_in"].contains($0.prefix { $0 != "=" }.removingPercentEncoding)
        }
        redirect.percentEncodedQuery =
            own.map { $0 + "&" }.joined() + "auth_code=\(code)&expires_in=\(ComponentRules.codeLifetime)"
        guard let location = redirect.string else { throw Problem(sentence: "The redirect_uri is not an address.") }
        return APIResponse(status: .found, headers: [("location", location), ("cache-control", "no-store")])
    }

    private func visit(_ fields: FormFields) async throws -> Visit {
        guard let component = try await store.component(AppID(fields.raw("component_appid"))) else {
            throw Problem(sentence: "There is no third-party platform with this component_appid.")
        }
        let code = fields.raw("pre_auth_code")
        guard component.knows(preAuthCode: Fingerprint(of: code), at: surroundings.now()) else {
            throw Problem(
                sentence:
                    "The pre_auth_code is unknown, used or too old; the third-party platform can fetch another one.")
        }
        guard
            let redirect = URLComponents(string: fields.raw("redirect_uri")), let host = redirect.host,
            ["http", "https"].contains(redirect.scheme?.lowercased()), 1...65_535 ~= redirect.port ?? 80,
            redirect.user == nil, redirect.password == nil,
            component.settings.redirectHosts.contains(where: { Self.comparable($0) == Self.comparable(host) })
        else { throw Problem(sentence: "The redirect_uri does not belong to the third-party platform's domain.") }
        return Visit(component: component, preAuthCode: code, redirect: redirect)
    }

    /// Returns the host in a form for comparison: a name in lower case, or an address as the system writes it.
    private static func comparable(_ host: String) -> String {
        let name = host.lowercased()
        let bare = name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : name
        return (try? SocketAddress(ipAddress: bare, port: 0))?.ipAddress ?? name
    }

    private static func problem(_ sentence: String, status: HTTPResponseStatus = .badRequest) -> APIResponse {
        page(title: "授权未完成 · Not authorised", ["problem": sentence], status: status)
    }

    private static func page(title: String, _ data: PageData, status: HTTPResponseStatus = .ok) -> APIResponse {
        let html = PageLibrary.render("authorization", data.merging(["title": title]) { own, _ in own })
        return APIResponse(
            status: status,
            headers: [
                ("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store"),
                ("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin"),
                ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
            ],
            body: ByteBuffer(string: html))
    }
}
