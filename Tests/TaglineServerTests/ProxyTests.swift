import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import TaglineServer

@Suite struct AddressRangeTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.0", false), ("192.0.2.7", "192.0.2.7", true),
        ("192.0.2.7", "192.0.2.8", false), ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
        ("::/0", "192.0.2.1", true),
        ("2001:db8::/127", "2001:db8::1", true), ("2001:db8::/127", "2001:db8::2", false),
        ("10.0.0.0/9", "10.128.0.0", false), ("::1", "::1", true), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
        ("10.1.2.3/8", "10.9.9.9", true), ("::ffff:192.0.2.7", "192.0.2.7", true),
        ("::ffff:10.0.0.0/104", "10.255.1.2", true), ("::ffff:10.0.0.0/104", "11.0.0.0", false),
        ("::ffff:10.0.0.0/8", "0:0:0:1::", true), ("::ffff:10.0.0.0/128", "10.0.0.1", false),
    ])
    func `a range holds the addresses that share its first bits`(range: String, address: String, isInside: Bool) throws
    {
        #expect(try #require(AddressRange(range)).contains(#require(IPAddress(address))) == isInside)
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "example.com", "::/129", "10.0.0.0/8/8",
        "fe80::1%eth0", "10.0.0.0/+8", "[::1]", "[::1]/128", "10.0.0.0 /8", "::ffff:10.0.0.0/129", "010.0.0.1",
        "10.0.0.0/99999999999999999999",
    ])
    func `a text that is not a range is refused`(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(arguments: ["192.0.2.255", "2001:db8::1", "::", "::1", "fe80::ff:fe00:1"])
    func `an address is printed as it was read`(text: String) throws {
        #expect(try #require(IPAddress(text)).text == text)
    }

    @Test(arguments: [
        ([String](), "::1", true), (["::1"], "::1", true), (["0:0:0:0:0:0:0:1"], "::1", true),
        (["2001:DB8::7"], "2001:db8::7", true), (["::ffff:192.0.2.7"], "192.0.2.7", true),
        (["192.0.2.8", "::FFFF:c000:0207"], "192.0.2.7", true), (["192.0.2.8"], "192.0.2.7", false),
        (["::2"], "::1", false), (["localhost"], "unix", false), (["nonsense"], "::1", false),
    ])
    func `a list of allowed addresses may have an address in any form`(allowed: [String], caller: String, mayCall: Bool)
    {
        #expect(IPAddress.allows(caller, in: allowed) == mayCall)
    }
}

@Suite struct TrustedProxiesTests {
    private let proxies: TrustedProxies

    init() throws {
        proxies = try TrustedProxies(["10.0.0.0/8", "2001:db8::/32"])
    }

    @Test(arguments: [
        ("203.0.113.5", "203.0.113.5"),
        // The caller itself wrote the first entry of the header.
        ("127.0.0.1, 203.0.113.5", "203.0.113.5"), ("203.0.113.5, 10.1.1.1", "203.0.113.5"),
        ("203.0.113.5,10.1.1.1 ,\t2001:db8::2", "203.0.113.5"), ("203.0.113.5:4711", "203.0.113.5"),
        ("[2001:db9::1]:4711", "2001:db9::1"), ("2001:DB9::1", "2001:db9::1"), ("unknown", "10.9.9.9"),
        ("203.0.113.5, unknown, 10.1.1.1", "10.1.1.1"), ("10.1.1.1, 10.1.1.2", "10.1.1.1"), ("", "10.9.9.9"),
        (",", "10.9.9.9"), ("::ffff:203.0.113.5", "203.0.113.5"), ("[::ffff:203.0.113.5]:80", "203.0.113.5"),
        ("[2001:db9::1]", "2001:db9::1"), ("203.0.113.5, [2001:db8::2]:443, 10.1.1.1:8080", "203.0.113.5"),
        // The caller wrote the address of a trusted proxy, and then a proxy added the address of the caller.
        ("10.1.1.1, 203.0.113.5", "203.0.113.5"), ("203.0.113.9, 10.1.1.1, 203.0.113.5, 10.1.1.1", "203.0.113.5"),
        // An entry that is not an address ends the search at the proxy that wrote it.
        ("\"203.0.113.5\"", "10.9.9.9"), ("for=203.0.113.5", "10.9.9.9"), ("_hidden, 10.1.1.1", "10.1.1.1"),
        ("203.0.113.5:http", "10.9.9.9"), ("[203.0.113.5", "10.9.9.9"), ("[2001:db9::1]x", "10.9.9.9"),
        ("fe80::1%eth0", "10.9.9.9"), ("203.0.113.5 10.1.1.1", "10.9.9.9"), ("203.0.113.5,", "10.9.9.9"),
    ])
    func `the caller is the last entry that is not a trusted proxy`(header: String, caller: String) {
        let origin = ConnectionOrigin(Peer(address: "10.9.9.9"), behind: proxies)
        #expect(origin.caller(["X-Forwarded-For": header]).address == caller)
    }

    @Test func `the server joins several header fields, and without a field the proxy counts as the caller`() {
        let origin = ConnectionOrigin(Peer(address: "10.9.9.9"), behind: proxies)
        let headers: HTTPHeaders = ["x-forwarded-for": "203.0.113.1", "X-Forwarded-For": "203.0.113.2"]
        #expect(origin.caller(headers).address == "203.0.113.2")
        #expect(origin.caller([:]).address == "10.9.9.9")
    }

    @Test(arguments: ["Forwarded", "X-Real-IP", "True-Client-IP", "X-Forwarded", "X-Forwarded-Host"])
    func `the server does not read the caller from any other header`(name: String) {
        let origin = ConnectionOrigin(Peer(address: "10.9.9.9"), behind: proxies)
        let value = name == "Forwarded" ? #"for="203.0.113.5:4711";proto=https"# : "203.0.113.5"
        #expect(origin.caller([name: value]).address == "10.9.9.9")
    }

    @Test(arguments: ["::ffff:10.9.9.9", "2001:db8::9", "2001:DB8:0::9"])
    func `a proxy is trusted in each form of its address`(address: String) {
        let origin = ConnectionOrigin(Peer(address: address), behind: proxies)
        #expect(origin.caller(["X-Forwarded-For": "203.0.113.5"]).address == "203.0.113.5")
    }

    @Test(arguments: ["203.0.113.9", "unix", nil])
    func `the server ignores the header of a peer that is not a trusted proxy`(address: String?) {
        let origin = ConnectionOrigin(Peer(address: address), behind: proxies)
        #expect(origin.caller(["X-Forwarded-For": "192.0.2.1"]).address == address)
        #expect(!origin.awaitsProxyHeader)
    }
}

@Suite struct ProxyHeaderTests {
    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    /// Returns a header for a caller at 203.0.113.5, with `further` bytes of other fields.
    static func header(_ command: UInt8 = 0x21, _ family: UInt8 = 0x11, further: Int = 0) -> [UInt8] {
        let addresses: [UInt8] = family >> 4 == 1 ? [203, 0, 113, 5, 10, 0, 0, 1, 0x10, 0, 0x1F, 0x90] : []
        let six: [UInt8] =
            family >> 4 == 2
            ? [0x20, 1, 0x0D, 0xB9] + [UInt8](repeating: 0, count: 11) + [1] + Array(repeating: 0, count: 20) : []
        let body = addresses + six + [UInt8](repeating: 4, count: further)
        return signature + [command, family, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
    }

    @Test(
        arguments: [
            (header(), .caller("203.0.113.5", 28)), (header(0x21, 0x21), .caller("2001:db9::1", 52)),
            (header(further: 300), .caller("203.0.113.5", 328)), (header(0x20, 0x00), .own(16)),
            (header(0x20, 0x11), .own(28)), (header(0x21, 0x31), .own(16)), (header(0x31), .invalid),
            (header(0x22), .invalid),
            // These headers announce datagrams, a Unix socket with two paths, or a call of the proxy itself. For a call
            // of the proxy, the server reads only the length of the header.
            (header(0x21, 0x12), .caller("203.0.113.5", 28)), (header(0x21, 0x31, further: 216), .own(232)),
            (header(0x20, 0x5F, further: 7), .own(23)), (header(0x21, 0x00, further: 9), .own(25)),
            (header(0x21, 0x13), .invalid), (header(0x21, 0x2F), .invalid), (header(0x01), .invalid),
            (signature + [0x21, 0x21, 0, 12] + [UInt8](repeating: 1, count: 12), .invalid),
            (header(further: 4068), .caller("203.0.113.5", 4096)), (header(further: 4069), .invalid),
            ([0x50], .invalid),
            (header(0x21, 0x51), .invalid), (signature + [0x21, 0x11, 0, 3, 1, 2, 3], .invalid),
            (signature + [0x21, 0x11, 0xFF, 0xFF], .invalid), (Array("GET / HTTP/1.1\r\n\r\n".utf8), .invalid),
            (Array("PROXY TCP4 203.0.113.5 10.0.0.1 4096 8080\r\n".utf8), .invalid),
        ] as [([UInt8], Reading)])
    func `the server reads the caller from a valid header, and refuses other bytes`(bytes: [UInt8], reading: Reading) {
        #expect(ProxyHeader.read(bytes[...]) == reading.header)
        #expect(ProxyHeader.read((bytes + Array("GET".utf8))[...]) == reading.header)
    }

    enum Reading: Sendable {
        case caller(String, Int)
        case own(Int)
        case invalid

        var header: ProxyHeader {
            switch self {
            case .caller(let address, let length): IPAddress(address).map { .caller($0, length: length) } ?? .invalid
            case .own(let length): .own(length: length)
            case .invalid: .invalid
            }
        }
    }

    @Test func `the server waits for more bytes after each incomplete beginning of a header`() {
        let header = Self.header()
        for length in header.indices { #expect(ProxyHeader.read(header.prefix(length)) == .incomplete) }
    }

    @Test(arguments: [1, 5, 28, 100])
    func `the handler removes a header that arrives in pieces of any size`(piece: Int) throws {
        let proxies = try TrustedProxies(["10.0.0.0/8"], sendProxyHeader: true)
        let origin = ConnectionOrigin(Peer(address: "10.9.9.9"), behind: proxies)
        #expect(origin.awaitsProxyHeader)
        let channel = EmbeddedChannel()
        var named: [String?] = []
        #expect(origin.countedPeer == nil)
        try channel.pipeline.syncOperations.addHandler(
            ProxyHeaderHandler(origin) { named.append(origin.countedPeer?.address) })
        let bytes = Self.header() + Array("GET / HTTP/1.1".utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            try channel.writeInbound(ByteBuffer(bytes: bytes[start..<min(start + piece, bytes.count)]))
        }
        var rest = ByteBuffer()
        while var buffer = try channel.readInbound(as: ByteBuffer.self) { rest.writeBuffer(&buffer) }
        #expect(String(buffer: rest) == "GET / HTTP/1.1")
        #expect(named == ["203.0.113.5"] && origin.peer.address == "203.0.113.5")
        // The caller is not a proxy, so the server ignores the header of the caller.
        #expect(origin.caller(["X-Forwarded-For": "192.0.2.1"]).address == "203.0.113.5")
    }

    @Test func `the limit per address does not count a trusted proxy that another trusted proxy names`() throws {
        let proxies = try TrustedProxies(["10.0.0.0/8", "::1"], sendProxyHeader: true)
        for (named, counted) in [
            ("10.0.0.2", nil), ("::1", nil), ("::ffff:10.0.0.2", nil), ("203.0.113.5", "203.0.113.5"),
        ] as [(String, String?)] {
            let origin = ConnectionOrigin(Peer(address: "10.9.9.9"), behind: proxies)
            origin.names(try #require(IPAddress(named)))
            #expect(origin.countedPeer?.address == counted, "\(named)")
        }
    }

    @Test func `the server closes a connection that does not begin with a proxy header`() throws {
        let proxies = try TrustedProxies(["10.0.0.0/8"], sendProxyHeader: true)
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(ipAddress: "10.9.9.9", port: 1)).wait()
        try channel.pipeline.syncOperations.addHandler(
            ProxyHeaderHandler(ConnectionOrigin(Peer(address: "10.9.9.9"), behind: proxies)) {})
        try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
        #expect(!channel.isActive)
        // The handler does not pass on the bytes that arrive after the wrong bytes.
        channel.pipeline.fireChannelRead(ByteBuffer(bytes: Self.header() + Array("GET / HTTP/1.1\r\n\r\n".utf8)))
        #expect(try channel.readInbound(as: ByteBuffer.self) == nil)
    }
}

@Suite struct HostNamesTests {
    @Test(arguments: [
        (HostNames(), "tagline", false), (HostNames(), "localhost:8090", true),
        (HostNames(["Tagline"]), "tagline:8090", true),
        (HostNames(["tagline"]), "tagline.example.com", false),
        (HostNames(takesSingleLabels: true), "my_service:8081", true),
        (HostNames(takesSingleLabels: true), "evil.example", false),
    ])
    func `the server accepts only localhost and permitted names`(names: HostNames, header: String, isLetIn: Bool)
        throws
    {
        #expect(try names.contains(#require(HostHeader(header))) == isLetIn)
    }

    @Test(arguments: [
        ("tagline", true), ("api.weixin.qq.com", true), ("my_service", true), ("", false), ("a..b", false),
        ("-a", false),
        ("a b", false), ("a:80", false), ("127.0.0.1", false), ("[::1]", false),
        (String(repeating: "a", count: 64), false),
        ("标签", false),
    ])
    func `a host name is valid only if a certificate can cover the name`(text: String, isName: Bool) {
        #expect(HostNames.isName(text) == isName)
    }
}
