import Foundation
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Checks that every listener accepts requests from programs, and refuses requests from pages of other sites. Each
/// listener except the cloud gateway also accepts requests from its own pages.
@Suite struct SendingPageTests {
    /// The headers of a request to `localhost:8090`.
    struct Shape: Sendable, CustomTestStringConvertible {
        let headers: [(name: String, value: String)]

        init(_ headers: (String, String)...) {
            self.headers = headers.map { (name: $0.0, value: $0.1) }
        }

        var testDescription: String { headers.map { "\($0.name): \($0.value)" }.joined(separator: "; ") }
    }

    private static let host = "localhost:8090"
    private static let own = "http://localhost:8090"

    /// Requests that a page of another site may have sent.
    static let foreign: [Shape] =
        [
            "null", "", "https://example.com", "http://localhost.example.com:8090", "http://localhost:8091",
            "http://localhost", "https://localhost", "http://localhost.:8090", "http://localhost:8090/",
            "http://localhost:8090/page", "http://localhost:8090?x", "http://localhost:8090#x", "ftp://localhost:8090",
            "file://", "chrome-extension://localhost:8090", "localhost:8090", "//localhost:8090", "http:localhost:8090",
            "http://user@localhost:8090", "http://localhost:8090@example.com", "http://localhost:8090, \(own)",
            "\(own) https://example.com", "http://127.0.0.1:8090", "http://[::1]:8090", "http://localhost:08090x",
            "HTTPS://EXAMPLE.COM", "http://local\u{200B}host:8090",
        ].map { Shape(("Origin", $0)) } + [
            Shape(("Origin", own), ("Origin", "https://example.com")),
            Shape(("Origin", "https://example.com"), ("Origin", own)), Shape(("Origin", own), ("Origin", own)),
            Shape(("Referer", "https://example.com/console")), Shape(("Referer", "http://localhost:8091/")),
            Shape(("Referer", "")), Shape(("Referer", "about:blank")),
            Shape(("Referer", "http://localhost:8090@example.com/")), Shape(("Referer", #"http://localhost:8090\@x/"#)),
            Shape(("Referer", "\(own)/console"), ("Referer", "https://example.com/")),
            Shape(("Sec-Fetch-Site", "cross-site")), Shape(("Sec-Fetch-Site", "same-site")),
            Shape(("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")),
            Shape(("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")),
            Shape(("Origin", own), ("Sec-Fetch-Site", "cross-site")), Shape(("Sec-Fetch-Site", "elsewhere")),
        ]

    /// Requests of the server's own pages and of programs.
    static let familiar = [
        Shape(), Shape(("Origin", own)), Shape(("Origin", "https://localhost:8090")),
        Shape(("Origin", "http://LOCALHOST:8090")), Shape(("Referer", "\(own)/console/tags?a=b#c")),
        Shape(("Origin", own), ("Referer", "https://example.com/")), Shape(("Sec-Fetch-Site", "same-origin")),
        Shape(("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate")),
        Shape(("Origin", own), ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors")),
    ]

    private static func page(_ shape: Shape, method: HTTPMethod = .POST) -> SendingPage {
        var headers = HTTPHeaders(shape.headers.map { ($0.name, $0.value) })
        headers.add(name: "Host", value: host)
        return SendingPage(of: APIRequest(method: method, target: "/", headers: headers))
    }

    @Test(arguments: foreign)
    func `a request from a page of another site is foreign`(shape: Shape) {
        #expect(Self.page(shape).isForeign)
    }

    @Test(arguments: familiar)
    func `a request from the server's own page or from a program is not foreign`(shape: Shape) {
        #expect(!Self.page(shape).isForeign)
        #expect(!Self.page(shape, method: .GET).isForeign)
    }

    @Test func `a request is not foreign if it follows a link on another site, but is foreign if it loads a picture`() {
        let link = Shape(
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Referer", "https://example.com/"))
        #expect(!Self.page(link, method: .GET).isForeign && Self.page(link).isForeign)
        let picture = Shape(("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"))
        #expect(Self.page(picture, method: .GET).isForeign)
    }

    @Test(arguments: [
        ("example.com", "http://example.com:80", false), ("example.com", "https://example.com:443", false),
        ("example.com:443", "https://example.com", false), ("example.com:80", "https://example.com", true),
        ("[::1]:8090", "http://[::1]:8090", false), ("[::1]:8090", "http://[::2]:8090", true), ("", "http://", true),
        ("localhost.:8090", "http://localhost:8090", true),
    ])
    func `a missing port counts as the usual port of the scheme`(host: String, origin: String, isForeign: Bool) {
        let headers: HTTPHeaders = ["Host": host, "Origin": origin]
        #expect(
            SendingPage(of: APIRequest(method: .POST, target: "/", headers: headers)).isForeign == isForeign)
    }

    // MARK: Listeners

    /// Returns the headers of `shape` with `authority` instead of `localhost:8090`.
    private static func headers(_ shape: Shape, to authority: String) -> [(name: String, value: String)] {
        shape.headers.map { ($0.name, $0.value.replacing(host, with: authority).replacing(":8090", with: "")) }
    }

    @Test func `the admin plane and the console refuse requests from foreign pages, and accept other requests`()
        async throws
    {
        try await withSandbox { sandbox async throws in
            // These requests go to the router without a socket, so their host is `localhost` without a port.
            let authority = "localhost"
            let body = Array(#"{"name":"x"}"#.utf8)
            let ownThere = ["http://\(authority)", "https://\(authority)"]
            for shape in Self.foreign where shape.headers.count > 1 || !ownThere.contains(shape.headers[0].value) {
                for path in ["/calls/marks", "/console/clock/tokens"] {
                    let answer = try await sandbox.admin.send(
                        WireRequest("POST", path, headers: Self.headers(shape, to: authority), body: body))
                    #expect(answer.status == 403, "\(path) \(shape.testDescription)")
                    #expect(answer.text.contains("other origins"), "\(answer.text)")
                }
            }
            for shape in Self.familiar {
                let answer = try await sandbox.admin.send(
                    WireRequest("POST", "/calls/marks", headers: Self.headers(shape, to: authority), body: body))
                #expect(answer.status == 200, "\(shape.testDescription): \(answer.text)")
            }
            #expect(sandbox.clock.now == testStart)
        }
    }

    @Test func `the authorization page refuses forms from foreign pages, and accepts its own form`() async throws {
        try await withSandbox { sandbox async throws in
            let page = AuthorizationPage(
                store: sandbox.store, surroundings: Surroundings(now: { testStart }), events: sandbox.events)
            func submit(_ shape: Shape) async -> String {
                var headers = HTTPHeaders(shape.headers.map { ($0.name, $0.value) })
                headers.add(name: "Host", value: Self.host)
                let answer = await page.respond(
                    to: APIRequest(method: .POST, target: AuthorizationPage.path, headers: headers))
                return String(buffer: answer.body)
            }
            for shape in Self.foreign {
                #expect(await submit(shape).contains("sent from another page"), "\(shape.testDescription)")
            }
            for shape in Self.familiar {
                #expect(await submit(shape).contains("no third-party platform"), "\(shape.testDescription)")
            }
            let other = await page.respond(to: APIRequest(method: .PUT, target: AuthorizationPage.path))
            #expect(other.status == .methodNotAllowed && other["allow"] == "GET, HEAD, POST")
        }
    }

    @Test func `the cloud gateway accepts only programs`() async throws {
        try await withSandbox { sandbox async throws in
            let cloud = CloudGateway(
                gateway: sandbox.responder, surroundings: Surroundings(now: { testStart }),
                account: DemoWorld.service.appID, paths: .everything, declarations: .everything)
            func status(_ shape: Shape) async -> HTTPResponseStatus {
                var headers = HTTPHeaders(shape.headers.map { ($0.name, $0.value) })
                headers.add(name: "Host", value: Self.host)
                let request = APIRequest(method: .GET, target: GetTags.endpoint.path, headers: headers)
                return await cloud.respond(to: request, from: Peer(address: "127.0.0.1")).status
            }
            for shape in Self.foreign where !shape.headers.contains(where: { $0.name == "Referer" }) {
                #expect(await status(shape) == .forbidden, "\(shape.testDescription)")
            }
            #expect(await status(Shape(("Origin", Self.own))) == .forbidden)
            #expect(await status(Shape(("Sec-Fetch-Site", "same-origin"))) == .forbidden)
            #expect(await status(Shape()) == .ok)
        }
    }
}
