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
            (#"{"secret":""}"#, []), (#"{"name":"plain"}"#, []), ("", []),
        ] as [(String, [String])])
    func `the value under the name of a secret is found`(text: String, values: [String]) {
        #expect(Self.texts(NamedSecrets(bytes: Array(text.utf8)).places, of: text) == values)
    }

    @Test(
        arguments: [
            ("x@y z_1", ["x@y", "z_1"]), ("a%22bc.d", ["a", "bc.d"]), ("%2", ["2"]), (#"{"a-b":"c"}"#, ["a-b", "c"]),
            ("", []),
        ] as [(String, [String])])
    func `words end at other characters and at the escapes of forms`(text: String, words: [String]) {
        #expect(Self.texts(SecretWords.places(in: Array(text.utf8)[...]), of: text) == words)
    }

    @Test(
        arguments: [
            ("foo=%30f1 bar", ["%30f1"]), (#"\u0061b"#, [#"\u0061b"#]), (#"a \u006"#, []), ("a b", []), ("%zz", []),
        ] as [(String, [String])])
    func `words with escapes are found with their escapes`(text: String, words: [String]) {
        #expect(Self.texts(SecretWords.escapedPlaces(in: Array(text.utf8)), of: text) == words)
    }

    @Test(
        arguments: [
            ("sec%72et", "secret"), (#"sec\u0072et"#, "secret"), ("%e5x", "?x"), ("%", "%"), ("%zz", "%zz"),
            (#"\u00"#, #"\u00"#), (#"\n"#, #"\n"#), ("plain", "plain"),
        ])
    func `escapes are decoded, and a text that only looks like an escape stays`(text: String, plain: String) {
        #expect(String(decoding: CharacterEscapes.decoded(Array(text.utf8)[...]), as: UTF8.self) == plain)
    }
}
