import OfficialAccount
import TagStore
import Testing

@Suite struct TokenTextTests {
    private static func random(_ seed: UInt8) -> [UInt8] {
        (0..<TokenText.bytes).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ Int(seed) &* 101) }
    }

    @Test(arguments: ["wx5ad0c4e6b81f2793", "wx7b9e13d5f0a2c486", ""], UInt8(0)..<4)
    func `a token names its account and looks like a token of the platform`(appID: String, seed: UInt8) {
        let account = AccountHash(AppID(appID))
        let token = TokenText(Self.random(seed), of: account)
        #expect(token.account == account)
        #expect(TokenText(token.text).account == account)
        #expect(token.text.wholeMatch(of: /[1-9][0-9]_[A-Za-z0-9_-]{139}/) != nil, "\(token.text)")
    }

    @Test func `the tokens of an account have different beginnings`() {
        let account = AccountHash(AppID("wx5ad0c4e6b81f2793"))
        let tokens = (0..<UInt8(4)).map { TokenText(Self.random($0), of: account).text.dropFirst(3).prefix(16) }
        #expect(Set(tokens).count == 4)
    }

    @Test func `a token that does not name an account has the form of earlier versions`() {
        let token = TokenText(Self.random(1), of: nil)
        #expect(token.account == nil)
        #expect(token.text.count == 142)
        // These characters encode the bytes 101, 138, 175 and so on.
        #expect(token.text.hasPrefix("21_iq_U-R5DaI2y"))
    }

    @Test(arguments: [
        "", "57_", "57_abc", "天地玄黄宇宙洪荒天地玄黄宇宙洪荒天地玄黄宇宙洪荒天地玄黄宇宙洪荒", String(repeating: "=", count: 142),
        "57_" + String(repeating: "A", count: 139),
    ])
    func `a text of another form does not name an account`(text: String) {
        #expect(TokenText(text).account == nil)
    }

    @Test func `a token can be made from too few random bytes without a crash`() {
        #expect(TokenText([], of: AccountHash(7)).account == AccountHash(7))
        #expect(TokenText([], of: nil).text.count == 142)
    }
}
