import OfficialAccount
import Testing

@Suite struct OpenIDTests {
    @Test(arguments: [
        "ocYxcuAEy30bX0NXmGn4ypqx3tI0", "ocYxcuBt0mRugKZ7tGAHPnUaOW7Y", "o" + String(repeating: "A", count: 27),
        "o" + String(repeating: "-", count: 27), "o_-zZ09AAAAAAAAAAAAAAAAAAAAA",
    ])
    func `an openid is printed as it was read`(text: String) throws {
        #expect(try #require(OpenID(text)).description == text)
    }

    @Test(arguments: [
        "", "o", "ocYxcuAEy30bX0NXmGn4ypqx3tI", "ocYxcuAEy30bX0NXmGn4ypqx3tI00", "xcYxcuAEy30bX0NXmGn4ypqx3tI0",
        "OcYxcuAEy30bX0NXmGn4ypqx3tI0", "ocYxcuAEy30bX0N mGn4ypqx3tI0", "ocYxcuAEy30bX0N\0mGn4ypqx3tI0",
        "ocYxcuAEy30bX0N+mGn4ypqx3tI0", "ocYxcuAEy30bX0N粤Gn4ypqx3t", "ocYxcuAEy30bX0NXmGn4ypqx3tI=",
    ])
    func `a text of another form is not an openid`(text: String) {
        #expect(OpenID(text) == nil)
    }

    @Test func `different texts are different openids`() throws {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var seen = Set<OpenID>()
        for position in 0..<27 {
            for character in alphabet.dropFirst() {
                var text = Array(repeating: Character("A"), count: 27)
                text[position] = character
                seen.insert(try #require(OpenID("o" + String(text))))
            }
        }
        #expect(seen.count == 27 * 63)
    }

    @Test func `the words of an openid make the same openid, and impossible words make no openid`() throws {
        let openID = try #require(OpenID("ocYxcuAEy30bX0NXmGn4ypqx3tI0"))
        #expect(OpenID(words: openID.words) == openID)
        #expect(OpenID(words: (1 << 54, 0, 0)) == nil)
        #expect(OpenID(words: (0, 0, .max)) == nil)
    }
}
