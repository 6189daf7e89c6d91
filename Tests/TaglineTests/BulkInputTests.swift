import BulkRuns
import Foundation
import OfficialAccount
import TagStoreConformance
import Testing

@testable import tagline

/// Tests the expressions that people type and the progress that they see, without a server.
@Suite struct BulkInputTests {
    @Test(arguments: 0..<10) func `the parser does not crash on any text`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let bytes = (0..<Int.random(in: 0..<400, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...255, using: &random)
                    : Array("\"!&|()n:".utf8).randomElement(using: &random) ?? 0
            }
            _ = try? TagExpression(String(decoding: bytes, as: UTF8.self))
        }
    }

    // MARK: Expressions

    private func meant(_ text: String, _ carried: Set<String>) throws -> Bool {
        try TagExpression(text).isTrue(carried.contains)
    }

    @Test func `an expression is true for the followers whom it describes`() throws {
        let text = #""vip" & !"churned" & (beijing | 上海)"#
        #expect(try meant(text, ["vip", "beijing"]) && meant(text, ["vip", "上海", "x"]))
        #expect(try !meant(text, ["vip", "churned", "beijing"]) && !meant(text, ["vip"]) && !meant(text, []))
        #expect(try meant("a | b & c", ["a"]) && !meant("(a | b) & c", ["a"]) && meant("!!a", ["a"]) && meant("!a", []))
        #expect(try TagExpression(text).names == ["vip", "churned", "beijing", "上海"])
        #expect(try meant(#""a | b""#, ["a | b"]))
        let many = (0..<500).map { "t\($0)" }
        #expect(try TagExpression(many.joined(separator: "|")).names == many)
        #expect(try meant(many.joined(separator: "&"), Set(many)))
    }

    @Test(arguments: [
        "", "a b", "a &", "(a", "a)", "\"a", "!", "&a", String(repeating: "(", count: 9999),
        String(repeating: "a&", count: 500) + "a",
    ])
    func `the parser refuses a text that is not an expression`(text: String) {
        #expect(throws: TagExpression.Malformed.self) { try TagExpression(text) }
    }

    // MARK: For people

    @Test func `a bar shows how much is done, the rate and the remaining time`() {
        let moment = RunMoment(
            done: 430_000, total: 1_000_000, applied: 429_988, rejected: 12, unknown: 0, calls: 8600, rate: 16_200,
            secondsLeft: 35, concurrency: 12)
        #expect(
            ProgressBar.line(moment, columns: 100)
                == "[############..................] 43 %  430,000 of 1,000,000  16,200/s  35 s left  12 refused")
        var waiting = moment
        waiting.waitingFor = "waits for the next minute, 12:01:00 UTC (45011)"
        waiting.failures = ["45011": 3, "no answer": 1200]
        #expect(
            ProgressBar.line(waiting, columns: 160).hasSuffix("12 refused  1,200 × no answer, 3 × 45011"))
        #expect(ProgressBar.line(waiting, columns: 160).contains("waits for the next minute, 12:01:00 UTC (45011)"))
        for columns in 1...200 {
            for moment in [moment, waiting] {
                #expect(ProgressBar.line(moment, columns: columns).displayWidth < max(columns, 2))
            }
        }
        #expect(
            ["ab", "abc", "abcd", "a cd", "广东省"].map { $0.shortened(columns: 3) } == ["ab", "abc", "ab…", "a…", "广…"])
        #expect("广东 é".displayWidth == 6 && "e\u{301}".displayWidth == 1 && "广东".fitting(columns: 3) == "广")
    }
}
