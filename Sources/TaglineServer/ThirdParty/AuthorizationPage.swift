import Foundation
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore

/// The page on which an account's administrator authorises a third-party platform. A sandbox has it; whoever opens it is taken for the
/// administrator of every account.
///
/// Source: `doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Authorization_Process_Technical_Description`.
public struct AuthorizationPage: Sendable {
    static let path = "/cgi-bin/componentloginpage"
    /// Where it is shown: the page's own path, and those of its forms for phones.
    static let paths: Set = [path, "/safe/bindcomponent", "/wxaopen/safe/bindcomponent"]

    private static let setNames = [
        1: "消息管理 · messages", 2: "用户管理 · followers and tags", 3: "账号服务 · account service", 4: "网页服务 · web pages",
        7: "群发与通知 · broadcasts", 11: "素材管理 · material", 15: "自定义菜单 · menu",
    ]
    /// Accounts that are offered.
    private static let offered = 200

    private let store: any TagStore
    private let surroundings: Surroundings
    private let authorizations: Authorizations

    public init(store: any TagStore, surroundings: Surroundings, events: PlatformEvents) {
        self.store = store
        self.surroundings = surroundings
        authorizations = Authorizations(store: store, surroundings: surroundings, events: events)
    }

    /// What the page was opened with, once it has been judged.
    private struct Visit {
        let platform: Platform
        let preAuthCode: String
        let redirect: URLComponents
    }

    /// Why the page cannot be shown, or the form not be taken.
    private struct Problem: Error {
        let sentence: String
    }

    func respond(to request: APIRequest) async -> APIResponse {
        do {
            switch request.method {
            case .GET, .HEAD: return try await show(request)
            case .POST: return try await submit(request)
            default:
                return Self.page(
                    title: "Not here", "<p>Open this page with a browser.</p>", status: .methodNotAllowed)
            }
        } catch let problem as Problem {
            return Self.page(
                title: "授权未完成 · Not authorised", "<p>\(Self.escaped(problem.sentence))</p>", status: .badRequest)
        } catch let refusal as Refusal {
            return Self.page(
                title: "授权未完成 · Not authorised", "<p>\(Self.escaped(refusal.reason))</p>", status: .badRequest)
        } catch {
            return Self.page(
                title: "授权未完成 · Not authorised", "<p>The form did not arrive whole; try again.</p>", status: .badRequest
            )
        }
    }

    private func show(_ request: APIRequest) async throws -> APIResponse {
        let visit = try await visit(Self.parameters(request.target.query))
        let accounts = try await store.accounts().prefix(Self.offered)
        let choices = accounts.enumerated().map { index, summary in
            let appID = Self.escaped(summary.account.appID.rawValue)
            let kind = summary.account.kind == .service ? "服务号 · service" : "订阅号 · subscription"
            let state = summary.account.isCertified ? "" : " · 未认证 not certified"
            return """
                <label><input type="radio" name="appid" value="\(appID)"\(index == 0 ? " required" : "")> \(appID)
                <small>\(kind)\(state)</small></label>
                """
        }
        let sets = visit.platform.settings.permissionSets.map { id in
            """
            <label><input type="checkbox" name="set" value="\(id)" checked> \(id)
            <small>\(Self.setNames[id] ?? "")</small></label>
            """
        }
        let hidden = [
            ("component_appid", visit.platform.appID.rawValue), ("pre_auth_code", visit.preAuthCode),
            ("redirect_uri", visit.redirect.string ?? ""),
        ].map { #"<input type="hidden" name="\#($0)" value="\#(Self.escaped($1))">"# }
        return Self.page(
            title: "授权 · Authorise",
            """
            <p>第三方平台 <code>\(Self.escaped(visit.platform.appID.rawValue))</code> 请求授权。<br>
            The third-party platform asks for an authorisation.</p>
            <form method="post" action="\(Self.path)">\(hidden.joined())
            <fieldset><legend>账号 · Account</legend>\(choices.joined())</fieldset>
            <fieldset><legend>权限集 · Permission sets</legend>\(sets.joined())</fieldset>
            <button type="submit">授权 · Authorise</button></form>
            """)
    }

    private func submit(_ request: APIRequest) async throws -> APIResponse {
        // A page in a sandboxed frame, or one that hides where it is from, sends `null`: that is not this page.
        if let origin = request.origin, URLComponents(string: origin)?.encodedAuthority != request.host {
            throw Problem(sentence: "The form was sent from another page.")
        }
        guard request.body.buffer.readableBytes <= 64 * 1024 else { throw Problem(sentence: "The form is too long.") }
        let fields = Self.parameters(String(buffer: request.body.buffer))
        let visit = try await visit(fields)
        guard let appID = fields.first(where: { $0.name == "appid" })?.value, !appID.isEmpty else {
            throw Problem(sentence: "Choose an account.")
        }
        let sets = fields.filter { $0.name == "set" }.compactMap { Int($0.value) }
        guard !Set(sets).isDisjoint(with: visit.platform.settings.permissionSets) else {
            throw Problem(sentence: "Tick a permission set that the platform has.")
        }
        let code = try await authorizations.authorize(
            visit.platform.appID, by: AppID(appID), sets: sets, preAuthCode: visit.preAuthCode)
        var redirect = visit.redirect
        // As it came, so that a + in it stays one, but for what only this page may say.
        let own = (redirect.percentEncodedQuery ?? "").split(separator: "&").filter {
            !["auth_code", "expires_in"].contains($0.prefix { $0 != "=" }.removingPercentEncoding)
        }
        redirect.percentEncodedQuery =
            own.map { $0 + "&" }.joined() + "auth_code=\(code)&expires_in=\(PlatformRules.codeLifetime)"
        guard let location = redirect.string else { throw Problem(sentence: "The redirect_uri is not an address.") }
        return APIResponse(status: .found, headers: [("location", location), ("cache-control", "no-store")])
    }

    private func visit(_ fields: [(name: String, value: String)]) async throws -> Visit {
        func value(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }
        guard let platform = try await store.platform(AppID(value("component_appid"))) else {
            throw Problem(sentence: "There is no platform with this component_appid.")
        }
        let code = value("pre_auth_code")
        guard platform.knows(preAuthCode: Fingerprint(of: code), at: surroundings.now()) else {
            throw Problem(
                sentence: "The pre_auth_code is unknown, used or too old; the platform can fetch another one.")
        }
        guard
            let redirect = URLComponents(string: value("redirect_uri")), let host = redirect.host,
            ["http", "https"].contains(redirect.scheme?.lowercased()), 1...65_535 ~= redirect.port ?? 80,
            redirect.user == nil, redirect.password == nil,
            platform.settings.redirectHosts.contains(where: { $0.lowercased() == host.lowercased() })
        else { throw Problem(sentence: "The redirect_uri does not belong to the platform's domain.") }
        return Visit(platform: platform, preAuthCode: code, redirect: redirect)
    }

    /// The names and values of a query or a form, decoded.
    private static func parameters(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").prefix(1000).compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = parts.map { $0.replacing("+", with: " ").removingPercentEncoding }
            guard let name = decoded[0] else { return nil }
            return (name, (decoded.count > 1 ? decoded[1] : "") ?? "")
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }

    private static func page(title: String, _ body: String, status: HTTPResponseStatus = .ok) -> APIResponse {
        let html = """
            <!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>\(title)</title><style>\(style)</style><main><h1>\(title)</h1>\(body)
            <footer>Tagline sandbox</footer></main></html>
            """
        return APIResponse(
            status: status,
            headers: [
                ("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store"),
                ("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin"),
                ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
            ],
            body: ByteBuffer(string: html))
    }

    private static let style = """
        body{font:16px/1.6 system-ui,sans-serif;background:#f5f6f7;color:#1b1d1f;margin:0}
        main{max-width:34rem;margin:3rem auto;padding:2rem;background:#fff;border-radius:12px}
        h1{font-size:1.3rem;margin-top:0}fieldset{border:1px solid #d8dbde;border-radius:8px;margin:1rem 0;padding:.5rem 1rem}
        label{display:block;padding:.25rem 0}small{color:#5c6166}button{font:inherit;padding:.6rem 1.4rem;border:0;
        border-radius:8px;background:#07804a;color:#fff;cursor:pointer}footer{margin-top:2rem;color:#5c6166;font-size:.8rem}
        """
}

extension URLComponents {
    /// `host:port`, as in an Authority.
    fileprivate var encodedAuthority: String? {
        guard let host = encodedHost else { return nil }
        return port.map { "\(host):\($0)" } ?? host
    }
}
