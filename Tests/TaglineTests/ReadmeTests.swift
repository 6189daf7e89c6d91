import Foundation
import OfficialAccount
import Testing

/// Runs the commands of the README and other pages against a live sandbox, and compares each output with the page.
@Suite struct ReadmeTests {
    /// A fenced block: its language and its content.
    private struct Block {
        let language: String
        let text: String
    }

    private static func blocks(of file: String) throws -> [Block] {
        let text = try String(contentsOf: Program.repository.appending(path: file), encoding: .utf8)
        return text.matches(of: /(?ms)^```(\w+)\n(.*?)^```$/).map { Block(language: String($0.1), text: String($0.2)) }
    }

    @Test(arguments: [
        "README.md", "README.zh-CN.md", "docs/provoke-each-error.md", "docs/put-in-your-own-accounts-and-followers.md",
        "docs/call-on-behalf-of-an-account.md", "docs/call-from-beside-the-server.md",
        "docs/tag-a-file-of-followers.md", "docs/test-your-tag-code.md",
    ])
    func `every command prints what the page says`(file: String) async throws {
        let blocks = try Self.blocks(of: file)
        let commands = blocks.indices.filter { blocks[$0].language == "sh" && !blocks[$0].text.hasPrefix("make") }
        #expect(commands.count >= 3)
        try await withLiveSandbox { server in
            let session = commands.map { blocks[$0].text + "echo; echo ---\n" }.joined()
                .replacingOccurrences(of: "http://127.0.0.1:8080", with: server.addresses.http)
                .replacingOccurrences(of: "http://127.0.0.1:8090", with: server.addresses.admin)
                .replacingOccurrences(of: "http://127.0.0.1:8081", with: server.addresses.cloud)
            // Adds the program's directory to `PATH`, as an installation does.
            let folder = URL(filePath: Program.path).deletingLastPathComponent().path
            let printed = try await shell("PATH='\(folder)':$PATH\n" + session).components(separatedBy: "---\n")
                .dropLast()
            try #require(printed.count == commands.count)
            for (index, text) in zip(commands, printed) {
                let expected = try #require(blocks.dropFirst(index + 1).first)
                try #require(expected.language != "sh", "the output of a command must follow the command")
                // Two calls conflict (45169) only by chance, so this output varies. Another test checks 45169.
                if expected.text.contains("45169") { continue }
                #expect(Self.normal(text) == Self.normal(expected.text))
            }
        }
    }

    @Test func `the English and the Chinese README show the same commands and answers`() throws {
        let english = try Self.blocks(of: "README.md").filter { $0.text.first?.isNumber == false }
        let chinese = try Self.blocks(of: "README.zh-CN.md").filter { $0.text.first?.isNumber == false }
        #expect(english.map(\.text) == chinese.map(\.text))
    }

    @Test func `the page of calls and codes names every call and gives the number of calls`() throws {
        let page = try String(
            contentsOf: Program.repository.appending(path: "docs/calls-and-codes.md"), encoding: .utf8)
        let ofComponents = Endpoint.all.filter(\.isOfComponent).count
        #expect(
            page.contains(
                "There are \(Endpoint.all.count) calls: \(Endpoint.all.count - ofComponents) of accounts, and \(ofComponents)"
            ))
        for endpoint in Endpoint.all {
            // The page names the calls of third-party platforms without their common prefix.
            let name = endpoint.path.replacing("/cgi-bin/component/", with: "").replacing("/cgi-bin/", with: "")
            #expect(page.contains("\(endpoint.path)`") || page.contains("`\(name)`"), "\(endpoint.path)")
        }
    }

    /// Returns the text without the parts that differ from run to run.
    private static func normal(_ text: String) -> String {
        text.replacing(/hint: \[[^\]]*\]/, with: "hint: []").replacing(/rid: [0-9a-f.-]+/, with: "rid: ...")
            .replacing("\r\n", with: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
