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
    func `JSON is valid`(text: String) {
        #expect(isValid(text))
    }

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{,}", "[,]", "{a:1}", "{'a':1}", "01", "+1", "1.", ".5", "1e", "--1",
        "tru", "nul",
        #""\x""#, #""\u12g4""#, "\"\t\"", "\"\u{0}\"", "\"", "{}{}", "{} x", "[1 2]", "{\"a\" 1}", "NaN", "Infinity",
        "//", "{\"a\":}",
    ])
    func `anything else is not`(text: String) {
        #expect(!isValid(text))
    }

    @Test func `depth is bounded`() {
        for (depth, isFine) in [(512, true), (513, false), (200_000, false)] {
            #expect(isValid(String(repeating: "[", count: depth) + String(repeating: "]", count: depth)) == isFine)
        }
    }

    /// What is valid here Foundation reads too, and never the other way round with a strict text.
    @Test func `whatever passes can be decoded`() {
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
