import Testing

@testable import TaglineServer

@Suite struct HostHeaderTests {
    @Test(arguments: [
        "localhost", "localhost:8090", "LOCALHOST", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8090", "", "10.1.2.3:",
        "[::ffff:127.0.0.1]:65535",
    ])
    func `a host header recognises an address and localhost`(text: String) throws {
        #expect(try #require(HostHeader(text)).isAddressOrLocalhost)
    }

    @Test(arguments: [
        "api.weixin.qq.com", "localhost.evil.example", "127.0.0.1.evil.example", "1.2.3.256", "1.2.3", "0x7f000001",
        "tagline_sandbox:8080", "127.0.0.1a",
    ])
    func `a name is a valid host, but is not an address or localhost`(text: String) throws {
        #expect(try !#require(HostHeader(text)).isAddressOrLocalhost)
    }

    @Test(arguments: [
        "[::1]evil", "[::1", "::1", "[]", "localhost:port", "localhost:80:80", "localhost:65536", "localhost:-1",
        "user@localhost", "localhost/", "local host", "localhost,evil", "[::1]:8o", "[fe80::1%25eth0]",
        "localhost:000080",
    ])
    func `a host header must be a host with an optional port`(text: String) {
        #expect(HostHeader(text) == nil)
    }
}
