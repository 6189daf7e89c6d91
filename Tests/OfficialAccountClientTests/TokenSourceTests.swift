import OfficialAccount
import OfficialAccountClient
import Synchronization
import Testing

/// Answers 42001 to a call with a token in `dead`, and remembers the tokens of all calls.
private final class Tokens: Transport {
    private let dead: Set<String>
    private let sent = Mutex<[String]>([])

    init(dead: Set<String>) {
        self.dead = dead
    }

    var tokens: [String] { sent.withLock { $0 } }

    func send(_ call: OutgoingCall) async throws(TransportFailure) -> [UInt8] {
        let token = call.query.first { $0.name == "access_token" }?.value ?? ""
        sent.withLock { $0.append(token) }
        return Array(
            (dead.contains(token) ? #"{"errcode":42001,"errmsg":"access_token expired"}"# : #"{"count":0}"#).utf8)
    }
}

@Suite struct TokenSourceTests {
    private func client(_ source: any AccessTokenSource, _ transport: Tokens) -> OfficialAccountClient {
        OfficialAccountClient(appID: "wx5ad0c4e6b81f2793", tokens: source, transport: transport, retries: .none)
    }

    @Test func `a client uses a supplied token until its refusal, and then asks once for another token`() async throws {
        let supplied = Mutex(0)
        let transport = Tokens(dead: ["token 1"])
        let client = client(
            SuppliedAccessTokens {
                "token \(supplied.withLock { count in count += 1; return count })"
            }, transport)
        for _ in 0..<3 { _ = try await client.followers.list() }
        #expect(transport.tokens == ["token 1", "token 2", "token 2", "token 2"])
        #expect(supplied.withLock { $0 } == 2)
    }

    @Test func `callers that wait at the same time share one call to the token source`() async throws {
        let supplied = Mutex(0)
        let transport = Tokens(dead: [])
        let client = client(
            SuppliedAccessTokens {
                for _ in 0..<50 { await Task.yield() }
                supplied.withLock { $0 += 1 }
                return "token"
            }, transport)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await client.followers.list() } }
            try await group.waitForAll()
        }
        #expect(supplied.withLock { $0 } == 1)
    }

    @Test func `a token function without another token is called once per failed token, and again for the next call`()
        async throws
    {
        struct Away: Error {}
        let supplied = Mutex(0)
        let source = SuppliedAccessTokens {
            let number = supplied.withLock { count in
                count += 1
                return count
            }
            if number == 2 { throw Away() }
            return "token \(number)"
        }
        let dead = try await source.token()
        for _ in 0..<3 {
            await #expect(throws: CallFailure.self) { try await source.token(after: dead) }
        }
        #expect(supplied.withLock { $0 } == 2)
        #expect(try await source.token().text == "token 3")
        #expect(try await source.token(after: dead).text == "token 3")
        #expect(supplied.withLock { $0 } == 3)
    }

    @Test func `a source reports in one line that it has no other token`() async throws {
        struct Broken: Error, CustomStringConvertible { let description = "the token server is away" }
        let sources: [(any AccessTokenSource, String)] = [
            (FixedAccessToken("dead"), "no longer works; give another one"),
            (SuppliedAccessTokens { "dead" }, "the same one was supplied again"),
            (SuppliedAccessTokens { "" }, "is empty"),
            (SuppliedAccessTokens { throw Broken() }, "the token server is away"),
        ]
        for (source, says) in sources {
            let failure = await #expect(throws: CallFailure.self) {
                try await client(source, Tokens(dead: ["dead"])).followers.list()
            }
            #expect(failure?.description.contains(says) == true, "\(String(describing: failure))")
            #expect(failure?.mayHaveBeenApplied == false)
        }
    }
}

@Suite struct ProxySettingsTests {
    private func proxy(
        _ environment: [String: String], _ scheme: String = "https", _ host: String = "api.weixin.qq.com"
    )
        throws -> String?
    {
        try ProxySettings.named(by: environment, forScheme: scheme, host: host).map { "\($0.host):\($0.port)" }
    }

    @Test func `the proxy variables are read as curl reads them`() throws {
        #expect(try proxy([:]) == nil)
        #expect(try proxy(["HTTPS_PROXY": "http://p:3128"]) == "p:3128")
        #expect(try proxy(["https_proxy": "p:3128", "HTTPS_PROXY": "q:1"]) == "p:3128")
        #expect(try proxy(["HTTP_PROXY": "p:3128"]) == nil)
        #expect(try proxy(["HTTP_PROXY": "p:3128"], "http") == "p:3128")
        #expect(try proxy(["ALL_PROXY": "socks5://p"]) == "p:1080")
        #expect(try proxy(["HTTPS_PROXY": ""]) == nil)
        #expect(try proxy(["HTTPS_PROXY": "http://u:s@[::1]:8/"]) == "::1:8")
    }

    @Test(arguments: [
        ("*", true), ("weixin.qq.com", true), (".qq.com", true), ("*.qq.com", true), ("a, api.weixin.qq.com", true),
        ("api.weixin.qq.com:443", true), ("q.com", false), ("xapi.weixin.qq.com", false), ("", false),
        ("API.WEIXIN.QQ.COM", true),
    ])
    func `hosts in NO_PROXY are reached without a proxy`(list: String, isException: Bool) throws {
        let found = try proxy(["HTTPS_PROXY": "p:3128", "NO_PROXY": list])
        #expect((found == nil) == isException)
    }

    @Test(arguments: [
        ("127.0.0.0/8", "127.0.0.1", true), ("127.0.0.1/32", "127.0.0.1", true), ("0.0.0.0/0", "192.0.2.1", true),
        ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.0/25", "192.0.2.128", false), ("::1/128", "::1", true),
        ("[::1]", "::1", true), ("[::1]:8080", "::1", true), ("[::1]:80", "::1", false), ("::1", "::1", true),
        ("0:0:0:0:0:0:0:1", "::1", true), ("2001:db8::/32", "2001:db8:1::1", true),
        ("127.0.0.1:8080", "127.0.0.1", true),
        ("127.0.0.1:1", "127.0.0.1", false), ("api.weixin.qq.com.", "api.weixin.qq.com", true),
        ("weixin.qq.com", "api.weixin.qq.com.", true), ("10.0.0.0/99", "10.0.0.1", false), ("/8", "10.0.0.1", false),
        ("10.0.0.0/x", "10.0.0.1", false), ("qq.com:443", "api.weixin.qq.com", false), (":8080", "::1", false),
        ("127.0.0.1:abc", "127.0.0.1", false), ("127.0.0.1:", "127.0.0.1", false), ("*:99999", "192.0.2.1", false),
        ("[::1]x", "::1", false),
    ])
    func `NO_PROXY can have addresses, ranges and ports`(list: String, host: String, isException: Bool) throws {
        let found = try ProxySettings.named(
            by: ["http_proxy": "p:3128", "no_proxy": list], forScheme: "http", host: host, port: 8080)
        #expect((found == nil) == isException, "\(list) \(host)")
    }

    @Test(arguments: [
        ("http://p", 80), ("p", 80), ("http://p/", 80), ("socks5://p", 1080), ("http://p:1", 1), ("p:65535", 65_535),
        ("http://p:0080/", 80), ("http://u:5@p", 80), ("http://u:s@p:8", 8), ("http://[::1]", 80),
        ("socks5://[::1]:1081", 1081),
    ])
    func `a proxy has the port in its address, or otherwise the usual port`(address: String, port: Int) throws {
        #expect(try ProxySettings(address).port == port)
    }

    @Test(arguments: [
        "http://p:99999999999999999999", "p:99999", "p:0", "http://p:", "p:", "http:", "http://p:/", "http://[::1]:",
        "http://u:s@p:", "socks5://p:", "socks5://p:65536",
    ])
    func `a port that is not a number from 1 to 65535 is refused, not replaced with the usual port`(address: String) {
        let error = #expect(throws: ProxySettings.Invalid.self) { try ProxySettings(address) }
        #expect(error?.description == "the proxy's port must be a number from 1 to 65535")
        #expect(throws: ProxySettings.Invalid.self) { try proxy(["https_proxy": address]) }
        #expect(throws: ProxySettings.Invalid.self) { try proxy(["ALL_PROXY": address]) }
    }

    @Test(arguments: [
        "http://", "ftp://p", "http://p:0", "http://p:99999", "http://p/path", "socks5://u:s@p", "p p", "https://p",
        "http://p:+80", "http://p:8o", "http://p:1:2", "http://[::1]x:8", "://", "", ":", ":80", "http://:80",
    ])
    func `the error for a bad proxy address does not show the password in the address`(address: String) {
        let error = #expect(throws: ProxySettings.Invalid.self) { try ProxySettings(address) }
        #expect(error?.description.contains("u:s") == false)
    }
}
