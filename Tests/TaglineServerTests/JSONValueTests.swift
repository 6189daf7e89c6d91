import Foundation
import TagStoreConformance
import Testing

@testable import TaglineServer

@Suite struct JSONValueTests {
    /// Reads a value with Foundation's decoder, which tries one type after another.
    private struct Tried: Decodable {
        let value: JSONValue

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                value = .null
            } else if let flag = try? container.decode(Bool.self) {
                value = .bool(flag)
            } else if let number = try? container.decode(Int.self) {
                value = .number(number)
            } else if let fraction = try? container.decode(Double.self) {
                value = .fraction(fraction)
            } else if let text = try? container.decode(String.self) {
                value = .string(text)
            } else if let elements = try? container.decode([Tried].self) {
                value = .array(elements.map(\.value))
            } else {
                value = .object(try container.decode([String: Tried].self).mapValues(\.value))
            }
        }
    }

    private func read(_ text: String) -> String? { JSONValue(Array(text.utf8)).map { EncodedJSON.text($0) } }

    private func tried(_ text: String) -> String? {
        (try? JSONDecoder().decode(Tried.self, from: Data(text.utf8))).map { EncodedJSON.text($0.value) }
    }

    @Test(arguments: [
        "{}", "[]", "[[],{}]", "null", "true", "false", "0", "-0", "-0.0", "7", "-12", "1.0", "100e-2", "1e3", "0.1",
        "1.5e-7",
        "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551616", "1e300", "1e999",
        "-1e999", "123456789012345678901234567890", "4503599627370497.5", #""""#, #""a""#, #""\"\\\/\b\f\n\r\t""#,
        #""\u0041\u00e9\u4e2D""#, #""\ud83d\ude00""#, #""\ud83d""#, #""\ude00""#, #""\ud83dx""#, #""\ud83d\u0041""#,
        #""\ud83d\n""#, #""\u0000""#, #""标签 😀""#, #"{"标签":"广东","b":[1,"2",{"c":null}]}"#, " [ 1 , true , null ] \n",
        #"{ "a" : { "b" : [ ] } }"#, #"{"\u0061":1}"#, #"{"\ud83d":1}"#, "[1,2", "[1 2]", "", "{", #"{"a":}"#,
        #"["\\","\\\"",""]"#,
    ])
    func `a value is read as Foundation reads it`(text: String) {
        #expect(read(text) == tried(text), "\(text)")
    }

    @Test func `a value after a byte-order mark is read`() {
        #expect(read("\u{FEFF}[1]") == "[1]")
    }

    @Test func `texts made of random pieces are read as Foundation reads them`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "1", "-2.5", "null", "true", " ", "\"\\u0041\"",
            "\"\\ud83d\"",
        ]
        var passed = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }.joined()
            guard Array(text.utf8).withUnsafeBytes(JSONSyntax.isValid) else { continue }
            passed += 1
            #expect(read(text) == tried(text), "\(text), seed \(seed)")
        }
        #expect(passed > 100)
    }

    @Test func `a deep value and a long list of values are read`() {
        let deep = String(repeating: "[", count: JSONSyntax.deepest) + String(repeating: "]", count: JSONSyntax.deepest)
        #expect(JSONValue(Array(deep.utf8)) != nil)
        let long = "[" + [String](repeating: "{}", count: 300_000).joined(separator: ",") + "]"
        guard case .array(let elements)? = JSONValue(Array(long.utf8)) else {
            Issue.record("the list is not read")
            return
        }
        #expect(elements.count == 300_000)
    }
}
