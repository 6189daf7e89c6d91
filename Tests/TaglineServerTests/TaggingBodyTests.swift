import Hummingbird
import HummingbirdCore
import NIOCore
import OfficialAccount
import TagStore
import TagStoreConformance
import Testing

@testable import TaglineServer

/// Compares two ways to read the body of a call that tags followers: the quick reader and the general decoder.
@Suite struct TaggingBodyTests {
    private static func usual(_ text: [UInt8]) -> TaggingRequest? {
        text.withUnsafeBytes { TaggingRequest(usual: $0) }
    }

    private static func openID(_ chances: inout SeededGenerator) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        return "o" + String((0..<27).map { _ in alphabet[Int.random(in: 0..<64, using: &chances)] })
    }

    private static func body(_ chances: inout SeededGenerator) -> String {
        func blank() -> String { ["", "", "", " ", "\n  ", "\t\r\n"].randomElement(using: &chances) ?? "" }
        var list = (0..<Int.random(in: 1...60, using: &chances)).map { _ in "\"\(openID(&chances))\"" }
        if Int.random(in: 0..<4, using: &chances) == 0 { list.append(list[0]) }
        let tag = Int.random(in: 0..<30_000, using: &chances)
        var fields = [
            "\"openid_list\"\(blank()):\(blank())[\(blank())" + list.joined(separator: "\(blank()),\(blank())")
                + "\(blank())]",
            "\"tagid\"\(blank()):\(blank())\(tag)",
        ]
        if Bool.random(using: &chances) { fields.reverse() }
        return "\(blank()){\(blank())" + fields.joined(separator: "\(blank()),\(blank())") + "\(blank())}\(blank())"
    }

    /// Checks that the quick reader returns the result of the general decoder, or nil.
    private static func expectAgreement(_ bytes: [UInt8]) {
        guard let quick = usual(bytes) else { return }
        let general = try? CallBody(buffer: ByteBuffer(bytes: bytes)).decode(TaggingRequest.self)
        #expect(quick.openIDList == general?.openIDList, "\(String(decoding: bytes, as: UTF8.self))")
        #expect(quick.tagID == general?.tagID, "\(String(decoding: bytes, as: UTF8.self))")
    }

    @Test func `the quick reader and the general decoder read the same from a body of the usual form`() {
        var chances = SeededGenerator(seed: 21)
        for _ in 0..<400 {
            let bytes = Array(Self.body(&chances).utf8)
            #expect(Self.usual(bytes) != nil || bytes.contains(0x30), "\(String(decoding: bytes, as: UTF8.self))")
            Self.expectAgreement(bytes)
        }
    }

    @Test func `the quick reader agrees with the general decoder on a damaged body, or returns nil`() {
        var chances = SeededGenerator(seed: 22)
        let pieces = [
            "\"", ",", "[", "]", "{", "}", ":", "\\", "\\u006f", "0", "-1", "1e3", "null", " ", "\u{0}", "é", "tagid",
        ]
        for _ in 0..<6000 {
            var bytes = Array(Self.body(&chances).utf8.prefix(Int.random(in: 60...1000, using: &chances)))
            if Bool.random(using: &chances) { bytes += Array("\"],\"tagid\":7}".utf8) }
            for _ in 0..<Int.random(in: 1...3, using: &chances) {
                let place = Int.random(in: 0..<bytes.count, using: &chances)
                switch Int.random(in: 0..<4, using: &chances) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &chances)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: (pieces.randomElement(using: &chances) ?? "").utf8, at: place)
                default:
                    let end = min(bytes.count, place + Int.random(in: 1...40, using: &chances))
                    bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
                }
            }
            Self.expectAgreement(bytes)
        }
    }

    @Test(arguments: [
        #"{"openid_list":[],"tagid":1}"#, #"{"openid_list":["x"],"tagid":1}"#, #"{"tagid":1}"#, "", "{}", "[]",
        #"{"openid_list":["oABCDEFGHIJKLMNOPQRSTUVWXYZ1"],"tagid":"1"}"#,
        #"{"openid_list":["oABCDEFGHIJKLMNOPQRSTUVWXYZ1"],"tagid":1.0}"#,
        #"{"openid_list":["oABCDEFGHIJKLMNOPQRSTUVWXYZ1"],"tagid":01}"#,
        #"{"openid_list":["oABCDEFGHIJKLMNOPQRSTUVWXYZ1"],"tagid":1,"tagid":2}"#,
        #"{"openid_list":["oABCDEFGHIJKLMNOPQRSTUVWXYZ1"],"tagid":1}}"#,
        #"{"openid_list":["oABCDEFGHIJKLMNOPQRSTUVWXYZ1",],"tagid":1}"#,
    ])
    func `the quick reader leaves bodies of other forms to the general decoder`(body: String) {
        #expect(Self.usual(Array(body.utf8)) == nil)
    }

    @Test func `the token of a query is found with and without percent escapes`() throws {
        for query in [
            "access_token=abc", "access_token=a%62c", "x=1&access_token=abc", "access_token=abc&access_token=abc",
        ] {
            #expect(try CallQuery(RequestTarget("/p?\(query)")).token(["access_token"]) == "abc", "\(query)")
        }
        for query in ["", "access_token=", "access_tokenx=abc", "token=abc", "access_token"] {
            #expect(throws: (any Error).self, "\(query)") {
                try CallQuery(RequestTarget("/p?\(query)")).token(["access_token"])
            }
        }
        #expect(try CallQuery(RequestTarget("/p?access_token=a=b")).token(["access_token"]) == "a=b")
        for query in ["access_token=abc&access_token=abd", "access_token=abc&access_token=ab%64"] {
            let refusal = #expect(throws: Refusal.self) {
                try CallQuery(RequestTarget("/p?\(query)")).token(["access_token"])
            }
            #expect(refusal?.code == .invalidCredential, "\(query)")
        }
    }

    @Test(arguments: ["/a/b?c=d", "/a", "/a?", "/", "/a?b?c", "/a#b", "/a?b#c", "http://h/a?b=c", "*", "", "a?b"])
    func `a target has the same path and the same query as in Hummingbird`(text: String) {
        let target = RequestTarget(text)
        #expect(target.path == URI(text).path)
        #expect(target.query == URI(text).query ?? "")
    }
}
