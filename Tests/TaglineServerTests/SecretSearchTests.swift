import Testing

@testable import TaglineServer

/// Tests how the mask finds secrets in texts.
@Suite struct SecretSearchTests {
    private static func texts(_ places: [Range<Int>], of text: String) -> [String] {
        let bytes = Array(text.utf8)
        return places.map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    @Test(
        arguments: [
            (#"{"secret":"abc","a":1}"#, ["abc"]), ("secret=a&token=b", ["a", "b"]), ("<Token>abc</Token>", ["abc"]),
            ("<Ticket><![CDATA[abc]]></Ticket>", ["abc"]), ("Authorization: Bearer abc", ["abc"]),
            (#"{"token":["a","b"]}"#, [#""a","b""#]), (#"{"secret":"a\"b"}"#, [#"a\"b"#]), ("secret", []),
            (#"{"secret":""}"#, []), (#"{"name":"plain"}"#, []), ("", []), ("secret=a,b&c=d", ["a,b"]),
            ("secret=a, n: 1", ["a"]), ("secret: a b", ["a b"]), (#"{"secret":null}"#, []), ("secret=...", []),
            ("code=40003", []), ("code=a1", ["a1"]), ("{secret:'it''s'}", ["it''s"]),
            ("secret:\n  a\n  b\nc: d", ["a\n  b"]),
            ("http://n:p@h/", ["p"]), ("http://h/a:b@c", []), ("basic principles", []), ("basic aB1", ["aB1"]),
        ] as [(String, [String])])
    func `the value under the name of a secret is found`(text: String, values: [String]) {
        #expect(Self.texts(NamedSecrets(bytes: Array(text.utf8)).places, of: text) == values)
    }

    @Test(
        arguments: [
            ("abcdefgh@y z_1", ["abcdefgh@y"]), ("a%22bcdefghi.d", ["22bcdefghi.d"]),
            (#"{"a-b-c-d-e":"c"}"#, ["a-b-c-d-e"]),
            ("short words", []), ("", []),
        ] as [(String, [String])])
    func `a word has only characters that secrets have, and short words do not count`(text: String, words: [String]) {
        #expect(Self.texts(SecretWords.words(in: Array(text.utf8)[...]), of: text) == words)
    }

    @Test(
        arguments: [
            ("sec%72et", "secret"), (#"sec\u0072et"#, "secret"), ("%e5%b9%bf", "广"), (#"\u5e7f"#, "广"), ("%", "%"),
            ("%zz", "%zz"), (#"\u00"#, #"\u00"#), (#"\q"#, #"\q"#), ("plain+text", "plain+text"), ("a+b%20c", "a b c"),
            (#"\x73\u{65}%u0063"#, "sec"), ("&#115;&#x65;&quot;&amp;&x;", "se\"&&x;"), (#"\\\""#, #"\""#),
            ("s\0e\0c\0", "sec"), ("\u{FEFF}ａ：“b”", "a:\"b\""), ("%2525", "%25"),
        ])
    func `each escape is decoded once, and a text that only looks like an escape is kept`(text: String, plain: String) {
        let layers = TextLayer.all(of: Array(text.utf8)).layers
        #expect(String(decoding: layers[min(1, layers.count - 1)].bytes, as: UTF8.self) == plain)
        #expect((layers.count > 1) == (plain != text))
    }

    @Test func `for each byte of the decoded text, a layer knows the place in the sent text`() throws {
        let text = "a%25%36b\\u0063"
        let layers = TextLayer.all(of: Array(text.utf8)).layers
        #expect(layers.map { String(decoding: $0.bytes, as: UTF8.self) } == [text, "a%6bc", "akc"])
        let last = try #require(layers.last)
        #expect((0..<3).map { last.sent($0..<$0 + 1) } == [0..<1, 1..<8, 8..<14])
        #expect(last.isNew(0..<1) && last.isNew(1..<2) && layers[0].isNew(0..<1))
        let plain = TextLayer.all(of: Array("%41 plain".utf8)).layers[1]
        #expect(plain.isNew(0..<1) && !plain.isNew(3..<7))
    }

    @Test(arguments: [
        ("c2VjcmV0PWFiY2RlZmdoaWprbG0=", "secret=abcdefghijklm"),
        ("eyJzZWNyZXQiOiJhYmNkZWYifQ", #"{"secret":"abcdef"}"#),
        ("ocYxcuAEy30bX0NXmGn4ypqx3tI0", nil), ("c2hvcnQ=", nil),
    ])
    func `base64 is decoded only if the result is text`(packed: String, text: String?) {
        let found = PackedText.all(in: Array("x=\(packed)&y".utf8))
        #expect(found.map { String(decoding: $0.bytes, as: UTF8.self) } == [text].compactMap { $0 })
        #expect(found.allSatisfy { $0.place == 2..<2 + packed.utf8.count })
    }
}
