import Foundation
import Testing

@testable import TaglineServer

@Suite struct JSONSyntaxTests {
    private func isValid(_ text: String) -> Bool {
        Array(text.utf8).withUnsafeBytes(JSONSyntax.isValid)
    }

    @Test(arguments: [
        "{}", "[]", "null", "true", "false", "0", "-0", "12.5e-3", #""""#, #""\u00e9\n\/\"""#,
        " [1 , {\"a\" : [ ] }]\r\n\t",
        #"{"a":{"b":[null,true,1E+5]}}"#, "\u{FEFF}{}", #"{"标签":"广东"}"#,
    ])
    func `the syntax check accepts JSON`(text: String) {
        #expect(isValid(text))
    }

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{,}", "[,]", "{a:1}", "{'a':1}", "01", "+1", "1.", ".5", "1e", "--1",
        "tru", "nul",
        #""\x""#, #""\u12g4""#, "\"\t\"", "\"\u{0}\"", "\"", "{}{}", "{} x", "[1 2]", "{\"a\" 1}", "NaN", "Infinity",
        "//", "{\"a\":}",
    ])
    func `the syntax check refuses text that is not JSON`(text: String) {
        #expect(!isValid(text))
    }

    @Test func `the syntax check refuses JSON that is too deep`() {
        for (depth, isFine) in [(512, true), (513, false), (200_000, false)] {
            #expect(isValid(String(repeating: "[", count: depth) + String(repeating: "]", count: depth)) == isFine)
        }
    }

    /// Foundation reads every text that the syntax check accepts.
    @Test func `Foundation decodes every text that passes the syntax check`() {
        var random = SystemRandomNumberGenerator()
        let pieces = ["{", "}", "[", "]", ",", ":", "\"a\"", "1", "-2.5", "null", "true", " ", "\"\\u0041\""]
        var passed = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }.joined()
            guard isValid(text) else { continue }
            passed += 1
            let isRead = (try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) != nil
            #expect(isRead, "\(text)")
        }
        #expect(passed > 100)
    }
}
