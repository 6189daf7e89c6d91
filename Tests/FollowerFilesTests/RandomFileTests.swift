import Foundation
import OfficialAccount
import Subprocess
import TagStoreConformance
import Testing

@testable import FollowerFiles

/// Compares the reader with Python's csv module, compares the reader's rows for pieces of different sizes, and gives
/// the reader random bytes.
@Suite struct RandomFileTests {
    private struct Case: Codable {
        let text: String
        let separator: String
    }

    /// A Python program that prints, for each file, the openid and the tag of each row. If Python refuses the file, the
    /// program prints null.
    private static let program = """
        import csv, io, json, sys
        csv.field_size_limit(1 << 24)
        answers = []
        for case in json.load(sys.stdin):
            try:
                rows = list(csv.reader(io.StringIO(case["text"], newline=""), delimiter=case["separator"], strict=True))
            except csv.Error:
                answers.append(None)
                continue
            header = [cell.strip().lower() for cell in rows[0]]
            openid, tag = header.index("openid"), header.index("tag")
            found = []
            for row in rows[1:]:
                if any(cell.strip(" \\t") for cell in row):
                    cell = row[tag] if tag < len(row) else ""
                    name = row[openid] if openid < len(row) else ""
                    found.append([name.strip(), cell if cell.strip() else None])
            answers.append(found)
        json.dump(answers, sys.stdout)
        """

    private static func cell(_ separator: String, _ random: inout SeededGenerator) -> String {
        let parts = ["x", "\"", "\"\"", "\n", "\r\n", "\r", ",", ";", "\t", " ", "字", "5\" pipe", "🍵"]
        let text = (0..<Int.random(in: 0...5, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
            .joined()
        // Most cells have the quotes that a program writes. One of sixty cells gets no quotes, as if a person wrote it.
        if Int.random(in: 0..<60, using: &random) == 0 { return text }
        let isPlain = !text.contains { $0 == "\"" || $0.isNewline || String($0) == separator }
        if isPlain, Bool.random(using: &random) { return text }
        if !text.hasPrefix("\""), !text.contains(where: { $0.isNewline || String($0) == separator }) { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    private static func file(_ random: inout SeededGenerator) -> Case {
        let separator = [",", ";", "\t"].randomElement(using: &random) ?? ","
        let end = ["\n", "\r\n", "\r"]
        let names = ["openid", "note", "tag", "\"a\nname\"", "x"].shuffled(using: &random)
        var text = names.joined(separator: separator) + (end.randomElement(using: &random) ?? "\n")
        for number in 0..<Int.random(in: 1...12, using: &random) {
            let cells = names.map { name in
                switch name {
                case "openid": Bool.random(using: &random) ? follower(number) : "\"\(follower(number))\""
                case "tag": ["", "vip", "102", "\"a, b\"", "5\"", "\" x \""].randomElement(using: &random) ?? ""
                default: cell(separator, &random)
                }
            }
            text += cells.joined(separator: separator) + (end.randomElement(using: &random) ?? "\n")
            if Int.random(in: 0..<8, using: &random) == 0 { text += end.randomElement(using: &random) ?? "" }
        }
        return Case(text: text, separator: separator)
    }

    @Test func `the reader reads the same rows as Python's csv module`() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let cases = (0..<3000).map { _ in Self.file(&random) }
        let input = String(decoding: try JSONEncoder().encode(cases), as: UTF8.self)
        let result = try await run(
            .name("python3"), arguments: ["-c", Self.program], input: .string(input), output: .string(limit: 64 << 20),
            error: .string(limit: 1 << 20))
        let answers = try JSONDecoder().decode([[[String?]]?].self, from: Data(result.standardOutput.utf8))
        try #require(answers.count == cases.count, "\(result.standardError)")
        var compared = 0
        for (file, answer) in zip(cases, answers) {
            guard let answer, let rows = try? rows(file.text) else { continue }
            let read = rows.compactMap { row -> [String?]? in
                guard case .follower(let openID, let tags, _) = row else { return nil }
                guard case .cell(let text) = tags else { return [openID.description, nil] }
                return [openID.description, text]
            }
            guard read.count == rows.count else { continue }
            compared += 1
            #expect(read == answer, "seed \(seed): \(file.text.debugDescription)")
        }
        #expect(compared > cases.count * 2 / 3, "seed \(seed): only \(compared)")
    }

    @Test(arguments: 0..<20) func `pieces of any size give the same rows`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for number in 0..<20 {
            var text = Self.file(&random).text
            if number == 0 {
                // The text is longer than the part that the reader keeps to find out the format.
                let separator = text.contains("\t") ? "\t" : text.contains(";") ? ";" : ","
                text += String(repeating: "x\(separator)y\r\n\r", count: 9000) + text
            }
            let bytes = Array(text.utf8)
            let whole = Result { try read(bytes, pieces: bytes.count).rows }
            for pieces in bytes.count > 4000 ? [7, 65_536] : [1, 2, 7] {
                let inPieces = Result { try read(bytes, pieces: pieces).rows }
                #expect(Self.text(inPieces) == Self.text(whole), "\(pieces): \(text.prefix(2000).debugDescription)")
            }
        }
    }

    private static func text(_ result: Result<[FollowerRow], any Error>) -> String {
        switch result {
        case .success(let rows): rows.map { "\($0)" }.joined(separator: "\n")
        case .failure(let error): "\(error)"
        }
    }

    @Test(arguments: 0..<20) func `the reader reads random bytes without a crash`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let starts = [
            "", "openid,tag\n", "{\"openid\":\"\(follower(1))\",", "{", "sep=", "\(follower(1))\n", "[", "PK\u{3}\u{4}",
            "\u{FEFF}",
        ]
        let likely = Array("\",\n\ro;\t{}[]:\\u1e-{\"".utf8)
        for _ in 0..<100 {
            let bytes = (0..<Int.random(in: 0..<300, using: &random)).map { _ in
                Int.random(in: 0..<4, using: &random) == 0
                    ? UInt8.random(in: 0...255, using: &random) : likely.randomElement(using: &random) ?? 0
            }
            let all = Array((starts.randomElement(using: &random) ?? "").utf8) + bytes
            let whole = Self.text(Result { try read(all, pieces: 65_536).rows })
            #expect(Self.text(Result { try read(all, pieces: 1).rows }) == whole)
            #expect(Self.text(Result { try read(all, pieces: 7).rows }) == whole)
        }
    }
}
