import AsyncHTTPClient
import NIOSOCKS
import OfficialAccountClient
import Testing

@Suite struct CertificateNameTests {
    @Test(arguments: [
        ("api.weixin.qq.com", "api.weixin.qq.com", true), ("API.weixin.QQ.com", "api.weixin.qq.com", true),
        ("api.weixin.qq.com.", "api.weixin.qq.com", true), ("api.weixin.qq.com", "api.weixin.qq.com.", true),
        ("*.weixin.qq.com", "api.weixin.qq.com", true), ("*.WEIXIN.qq.com", "Api.weixin.qq.com", true),
        ("*.weixin.qq.com", "weixin.qq.com", false), ("*.qq.com", "api.weixin.qq.com", false),
        ("*.weixin.qq.com", ".weixin.qq.com", false),
        ("a*.weixin.qq.com", "api.weixin.qq.com", false), ("*pi.weixin.qq.com", "api.weixin.qq.com", false),
        ("api.*.qq.com", "api.weixin.qq.com", false), ("*.com", "weixin.com", false), ("*", "localhost", false),
        ("weixin.qq.com", "api.weixin.qq.com", false), ("api.weixin.qq.com", "weixin.qq.com", false),
        ("", "", false), (".", ".", false), ("xn--fiqs8s.cn", "XN--FIQS8S.cn", true), ("中国.cn", "xn--fiqs8s.cn", false),
        // U+212A becomes k in lower case, but host names cannot contain U+212A.
        ("\u{212A}.example.com", "k.example.com", false), ("api.weixin.qq.com\u{0}.evil", "api.weixin.qq.com", false),
        // A host name in a certificate is not valid for an address.
        ("127.0.0.1", "127.0.0.1", false), ("*.0.0.1", "127.0.0.1", false),
    ])
    func `a certificate's name is compared with the host label by label`(name: String, host: String, isForHost: Bool) {
        #expect(CertificateNames(hosts: ["other.example.com", name]).include(host) == isForHost, "\(name) \(host)")
    }

    @Test(
        arguments: [
            ([127, 0, 0, 1], "127.0.0.1", true), ([127, 0, 0, 1], "127.0.0.2", false),
            ([127, 0, 0, 1], "localhost", false), ([127, 0, 0, 1], "api.weixin.qq.com", false),
            ([127, 0, 0, 1], "::ffff:127.0.0.1", false),
            ([UInt8](repeating: 0, count: 15) + [1], "::1", true),
            ([UInt8](repeating: 0, count: 15) + [1], "0:0:0:0:0:0:0:1", true),
            ([UInt8](repeating: 0, count: 15) + [1], "::2", false), ([], "127.0.0.1", false),
        ] as [([UInt8], String, Bool)])
    func `an address in a certificate is valid for a host with the same address, and for no host name`(
        bytes: [UInt8], host: String, isForHost: Bool
    ) {
        let names = CertificateNames(hosts: ["example.com"], addresses: [[10, 0, 0, 1], bytes])
        #expect(names.include(host) == isForHost, "\(bytes) \(host)")
    }

    @Test func `a certificate without names is valid for no host`() {
        for host in ["localhost", "127.0.0.1", "::1", "", "*"] { #expect(!CertificateNames().include(host)) }
    }

    @Test func `only a configuration for HTTPS checks certificates, and each HTTPS host has its own client`() {
        for url in ["https://api.weixin.qq.com", "HTTPS://localhost:8443/x", "https://[::1]:8443"] {
            let configuration = HTTPTransport.configuration(for: url)
            #expect(configuration.http1_1ConnectionDebugInitializer != nil, "\(url)")
            #expect(configuration.http2ConnectionDebugInitializer != nil, "\(url)")
        }
        #expect(HTTPTransport.configuration(for: "http://localhost").http1_1ConnectionDebugInitializer == nil)
        let client = HTTPTransport.client(for: "https://one.invalid")
        #expect(client === HTTPTransport.client(for: "https://ONE.invalid:8443"))
        #expect(client !== HTTPTransport.client(for: "https://two.invalid"))
        #expect(HTTPTransport.client(for: "http://one.invalid") === HTTPTransport.client(for: "http://two.invalid"))
    }

    @Test func `a SOCKS5 proxy that refuses a connection or wants a login causes a specific error`() {
        #expect(ConnectionFault(SOCKSError.ConnectionFailed(reply: .refused)) == .proxyRefused)
        #expect(ConnectionFault(SOCKSError.InvalidProtocolVersion(actual: 72)) == .proxyRefused)
        let login = ConnectionFault(SOCKSError.InvalidAuthenticationSelection(selection: .usernamePassword))
        #expect(login == .proxyWantsLoginOverSOCKS && !login.mayHaveBeenSent)
    }

    @Test func `only a plain HTTP connection that broke off gets the hint to use TLS`() {
        #expect(ConnectionFault.brokeOff.sentence(to: "http://h").hasSuffix("use https://"))
        #expect(!ConnectionFault.brokeOff.sentence(to: "https://h").contains("https://"))
        #expect(ConnectionFault.refused.sentence(to: "http://h") == ConnectionFault.refused.sentence)
    }
}
