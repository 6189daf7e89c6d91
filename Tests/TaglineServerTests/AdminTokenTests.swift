import HTTPTypes
import Testing

@testable import TaglineServer

@Suite struct AdminTokenTests {
    @Test(
        arguments: [
            ("Bearer secret", "secret"), ("bearer secret", "secret"), ("BEARER secret", "secret"),
            ("bEaReR\tsecret", "secret"), ("Bearer   secret", "secret"), ("Bearer \t secret\t ", "secret"),
            ("Bearer two words", "two words"), ("Bearer", nil), ("Bearer ", nil), ("", nil), ("secret", nil),
            ("Bearersecret", nil), ("Basic c2VjcmV0", nil), ("Token secret", nil),
        ])
    func `Bearer may be in any case, with spaces and tabs around the token`(field: String, token: String?) {
        var request = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/accounts")
        request.headerFields[.authorization] = field
        #expect(AdminToken.brought(by: request) == token)
    }
}
