import Foundation
import OfficialAccount
import TagStoreConformance
import Testing

@testable import tagline

/// What is read from files, and what is written for people, without a server.
@Suite struct BulkInputTests {
    private static let one = "ocYxcuAEy30bX0NXmGn4ypqx3tI0"
    private static let two = "ocYxcuBt0mRugKZ7tGAHPnUaOW7Y"

    private func rows(_ text: String, pieces: Int = 7) throws -> [TaggingLines.Row] {
        try rows(Array(text.utf8), pieces: pieces)
    }

    private func rows(_ bytes: [UInt8], pieces: Int = 7) throws -> [TaggingLines.Row] {
        var rows: [TaggingLines.Row] = []
        var lines = TaggingLines()
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            let piece = Array(bytes[start..<min(start + pieces, bytes.count)])
            try piece.withUnsafeBytes { try lines.read($0) { rows.append($0) } }
        }
        try lines.finish { rows.append($0) }
        return rows
    }

    private func follower(_ text: String, _ line: Int, _ tags: String? = nil) throws -> TaggingLines.Row {
        .follower(try #require(OpenID(text)), tags: tags, line: line)
    }

    @Test(arguments: [1, 2, 7, 4096])
    func `plain lines are read, whatever stands around them`(pieces: Int) throws {
        let text = "\u{FEFF}\(Self.one)\r\n\r\n  \(Self.two)\t\r\nnonsense\n\n\(Self.one)"
        #expect(
            try rows(text, pieces: pieces) == [
                follower(Self.one, 1), follower(Self.two, 3),
                .bad("nonsense", reason: "not an openid", line: 4), follower(Self.one, 6),
            ])
    }

    @Test(arguments: [
        "openid\n", "\u{FEFF}OpenID\r\n", "name,openid,tag\nAnn,", "\"openid\",tag\n", "openid;tag\n",
        "tag\topenid\nvip\t", "tag\topenid\n\t",
    ])
    func `a header tells where the openid is`(header: String) throws {
        #expect(try rows(header + Self.one + "\n").first == follower(Self.one, 2, header.contains("vip") ? "vip" : nil))
    }

    @Test func `a tag column holds a tag, several, or nothing`() throws {
        let text = """
            name,openid,tag
            "Ann ""the"" first, of many",\(Self.one),vip
            Ben, \(Self.two) ,"vip;beijing"
            Cid,\(Self.one),
            Dan,\(Self.two)
            Eve,,vip
            Fay
            """
        #expect(
            try rows(text) == [
                follower(Self.one, 2, "vip"), follower(Self.two, 3, "vip;beijing"), follower(Self.one, 4),
                follower(Self.two, 5), .bad("Eve,,vip", reason: "nothing in the openid column", line: 6),
                .bad("Fay", reason: "nothing in the openid column", line: 7),
            ])
    }

    @Test func `what cannot be seen around an openid is passed over`() throws {
        let text = "\u{3000}\(Self.one)\u{200B}\n\u{A0}\(Self.two)\u{FEFF}\n"
        #expect(try rows(text) == [follower(Self.one, 1), follower(Self.two, 2)])
        #expect(try rows("openid,tag\n\u{A0}\(Self.one)\u{3000},\u{3000}vip\n") == [follower(Self.one, 2, "vip")])
    }

    @Test func `tags in another encoding are not guessed`() throws {
        let bytes = Array("openid,tag\n\(Self.one),".utf8) + [0xB9, 0xE3, 0xB6, 0xAB, 0x0A]
        let failure = #expect(throws: TaggingLines.Unreadable.self) { try rows(bytes) }
        #expect(failure?.reason.contains("line 2 is no text in UTF-8") == true)
    }

    @Test func `a cell is as it was written`() {
        #expect(
            TaggingLines.cells(#"a, b ,"c,d","e ""f""",,"#, UInt8(ascii: ",")) == ["a", "b", "c,d", #"e "f""#, "", ""])
        #expect(TaggingLines.cells(#""never closed, x"#, UInt8(ascii: ",")) == ["never closed, x"])
    }

    @Test func `long lines and binary are named and not kept`() throws {
        let long = String(repeating: "x", count: 10 << 20)
        let rows = try rows("\(Self.one)\n\(long)\n\u{0}\u{1}junk\n\(Self.two)\n", pieces: 65_536)
        #expect(
            rows == [
                try follower(Self.one, 1), .bad("", reason: "a line of more than 65536 bytes", line: 2),
                .bad("", reason: "no text", line: 3), try follower(Self.two, 4),
            ])
    }

    @Test(arguments: [
        ("user,name\n1,2\n", "no column named openid, only user, name"),
        ("\(BulkInputTests.one),vip\n", "no header"),
        ("nonsense\n", "its only line is no openid"),
        (String(repeating: "nonsense\n", count: 5000), "none of its first 1000 lines"),
        (String(repeating: "nonsense\n", count: 5), "none of its 5 lines"),
    ])
    func `a file of something else is told at once`(text: String, reason: String) {
        let failure = #expect(throws: TaggingLines.Unreadable.self) { try rows(text) }
        #expect(failure?.reason.contains(reason) == true, "\(failure as Any)")
    }

    @Test(arguments: [[0xC6, 0xD5, 0x2C, 0x41], [0xFF, 0xFE, 0x6F, 0x00], [0x00, 0x01]] as [[UInt8]])
    func `another encoding is told at once`(bytes: [UInt8]) {
        let failure = #expect(throws: TaggingLines.Unreadable.self) { try rows(bytes + [0x0A]) }
        #expect(failure?.reason.contains("UTF-8") == true)
    }

    @Test(arguments: 0..<10) func `any bytes are read without harm`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let bytes = (0..<Int.random(in: 0..<400, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...255, using: &random)
                    : Array("\",\n\ro;\t".utf8).randomElement(using: &random) ?? 0
            }
            _ = try? rows(bytes, pieces: 13)
            _ = try? rows(Array("openid,tag\n".utf8) + bytes, pieces: 13)
            _ = try? TagExpression(String(decoding: bytes, as: UTF8.self))
        }
    }

    // MARK: Expressions

    private func meant(_ text: String, _ carried: Set<String>) throws -> Bool {
        try TagExpression(text).isTrue(carried.contains)
    }

    @Test func `an expression is true of those it describes`() throws {
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
    func `what is no expression is refused with its place`(text: String) {
        #expect(throws: TagExpression.Malformed.self) { try TagExpression(text) }
    }

    // MARK: For people

    @Test func `a bar says how much, how fast and how long`() {
        let moment = ProgressDisplay.Moment(
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
        #expect(ProgressBar.line(waiting, columns: 80).contains("waits for the next minute, 12:01:00 UTC (45011)"))
        for columns in 1...200 {
            for moment in [moment, waiting] {
                #expect(ProgressBar.line(moment, columns: columns).displayWidth < max(columns, 2))
            }
        }
        #expect("广东 é".displayWidth == 6 && "e\u{301}".displayWidth == 1 && "广东".fitting(columns: 3) == "广")
        #expect(12_345_678.grouped == "12,345,678" && 0.grouped == "0" && 999.grouped == "999")
        #expect(Duration.seconds(7500).spoken == "2 h 5 min" && Duration.seconds(119).spoken == "119 s")
    }

    @Test func `the day's quota begins anew at midnight in UTC+8`() {
        for (now, next) in [(0, 57_600), (57_599, 57_600), (57_600, 144_000), (1_763_800_000, 1_763_827_200)] {
            let reset = QuotaReset.next(after: Date(timeIntervalSince1970: TimeInterval(now)))
            #expect(reset.at.timeIntervalSince1970 == TimeInterval(next))
        }
    }
}
