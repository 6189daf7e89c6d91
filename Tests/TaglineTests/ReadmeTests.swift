import Foundation
import Testing

/// The commands of the README, run against a live sandbox, print what the README says.
@Suite struct ReadmeTests {
    /// A fenced block: what it is and what it holds.
    private struct Block {
        let language: String
        let text: String
    }

    private static func blocks(of file: String) throws -> [Block] {
        let text = try String(contentsOf: Program.repository.appending(path: file), encoding: .utf8)
        return text.matches(of: /(?ms)^```(\w+)\n(.*?)^```$/).map { Block(language: String($0.1), text: String($0.2)) }
    }

    @Test(arguments: ["README.md", "README.zh-CN.md"])
    func `every command does what the page says`(file: String) async throws {
        let blocks = try Self.blocks(of: file)
        try await withLiveSandbox { server in
            var session = ""
            var checked = 0
            for (index, block) in blocks.enumerated() where block.language == "sh" && !block.text.hasPrefix("make") {
                session += block.text.replacingOccurrences(of: "http://127.0.0.1:8080", with: server.addresses.http)
                session += "echo; echo ---\n"
                let printed = try await shell(session).components(separatedBy: "---\n").dropLast().last ?? ""
                let expected = index + 1 < blocks.count ? blocks[index + 1] : block
                try #require(expected.language != "sh", "a command is followed by what it prints")
                #expect(Self.normal(printed) == Self.normal(expected.text))
                checked += 1
            }
            #expect(checked >= 3)
        }
    }

    @Test func `the two pages show the same commands and answers`() throws {
        let english = try Self.blocks(of: "README.md").filter { $0.text.first?.isNumber == false }
        let chinese = try Self.blocks(of: "README.zh-CN.md").filter { $0.text.first?.isNumber == false }
        #expect(english.map(\.text) == chinese.map(\.text))
    }

    @Test(arguments: ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"])
    func `every page it links to is there`(file: String) throws {
        let text = try String(contentsOf: Program.repository.appending(path: file), encoding: .utf8)
        for link in text.matches(of: /\]\(([^)#]+)\)/).map({ String($0.1) }) where !link.hasPrefix("https://") {
            #expect(FileManager.default.fileExists(atPath: Program.repository.appending(path: link).path), "\(link)")
        }
    }

    /// Without what differs from run to run.
    private static func normal(_ text: String) -> String {
        text.replacing(/hint: \[[^\]]*\]/, with: "hint: []").replacing(/rid: [0-9a-f.-]+/, with: "rid: ...")
            .replacing("\r\n", with: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
