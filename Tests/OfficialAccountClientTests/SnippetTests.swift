import Foundation
import OfficialAccount
import Testing

/// Checks that the Swift samples in the documentation are parts of compiled programs.
@Suite struct SnippetTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The paths of the guide and of the articles in the API reference.
    private static let pages =
        ["docs/tag-followers-from-swift.md"] + files(in: "Sources", "md").filter { $0.contains(".docc/") }

    /// Returns the files with this ending in a folder and its subfolders, as paths from the root of the repository.
    private static func files(in folder: String, _ ending: String) -> [String] {
        let files = FileManager.default.enumerator(
            at: repository.appending(path: folder), includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
        return (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == ending }
            .map { String($0.path.dropFirst(repository.path.count + 1)) }.sorted()
    }

    private static func text(of file: String) throws -> String {
        try String(contentsOf: repository.appending(path: file), encoding: .utf8)
    }

    /// Returns the Swift blocks of a page. Each line has its line break.
    private static func blocks(of page: String) throws -> [String] {
        try text(of: page).matches(of: /(?ms)^```swift\n(.*?)^```$/).map { String($0.1) }
    }

    /// Returns the text of each snippet in the folder `Snippets`. The key is the file and the name of the snippet.
    private static func snippets() throws -> [String: String] {
        var snippets: [String: String] = [:]
        for file in files(in: "Snippets", "swift") {
            let parts = SnippetFile(try text(of: file)).parts
            #expect(!parts.isEmpty, "\(file)")
            for part in parts {
                #expect(snippets.updateValue(part.shown, forKey: "\(file) \(part.name)") == nil, "two of \(part.name)")
            }
        }
        return snippets
    }

    /// Returns whether an example contains the lines of `block`. Other tests build and run the examples.
    private static func isOfExample(_ block: String) throws -> Bool {
        try files(in: "Examples", "swift").contains { file in
            let lines = try text(of: file).split(separator: "\n", omittingEmptySubsequences: false)
            let count = block.split(separator: "\n", omittingEmptySubsequences: false).count - 1
            guard count <= lines.count else { return false }
            return (0...lines.count - count).contains { SnippetFile.shown(lines[$0..<$0 + count]) == block }
        }
    }

    @Test(arguments: pages)
    func `every Swift block of a page is a snippet or a part of an example`(page: String) throws {
        let snippets = try Self.snippets()
        let blocks = try Self.blocks(of: page)
        #expect(!blocks.isEmpty)
        for block in blocks where !block.hasPrefix("// Package.swift\n") {
            let names = snippets.filter { $0.value == block }.keys.sorted()
            #expect(names.count < 2, "\(names) are the same")
            #expect(try !names.isEmpty || Self.isOfExample(block), "\(block)")
        }
    }

    @Test func `every snippet is on a page`() throws {
        let blocks = Set(try Self.pages.flatMap(Self.blocks))
        let unused = try Self.snippets().filter { !blocks.contains($0.value) }.keys.sorted()
        #expect(unused == [])
    }

    @Test func `every block of the guide except the manifest is a snippet`() throws {
        let snippets = Set(try Self.snippets().values)
        let others = try Self.blocks(of: Self.pages[0]).filter { !snippets.contains($0) }
        #expect(others.map { $0.prefix(16) } == ["// Package.swift"])
    }

    @Test func `the manifests on the pages name products of the package`() throws {
        let manifest = try Self.text(of: "Package.swift")
        for block in try Self.pages.flatMap(Self.blocks) {
            for product in block.matches(of: /\.product\(name: "(\w+)", package: "tagline"\)/) {
                #expect(manifest.contains(".library(name: \"\(product.1)\""), "\(product.1)")
            }
        }
    }

    @Test(arguments: [
        ("OfficialAccount/OfficialAccount.docc/ReadWhatARefusalMeans.md", ErrorCode.tooManyTagsOnUser),
        ("OfficialAccountClient/OfficialAccountClient.docc/TagYourFirstFollower.md", .invalidTagID),
    ])
    func `an article that explains an error code has the texts of the error catalogue`(article: String, code: ErrorCode)
        throws
    {
        let page = try Self.text(of: "Sources/" + article)
        let explanation = try #require(code.explanation)
        #expect(page.contains("\(code)") && page.contains("\(explanation.message)\n"))
        #expect(page.contains("\(explanation.remedy)\n"))
    }
}

/// The parts of a file that the documentation shows. A part goes from `// snippet.NAME` to `// snippet.end`, without
/// the lines from `// snippet.hide` to `// snippet.show`.
///
/// Swift-DocC reads the same comments.
private struct SnippetFile {
    struct Part {
        let name: String
        let shown: String
    }

    private(set) var parts: [Part] = []

    init(_ text: String) {
        var part: (name: String, lines: [Substring])?
        var isHidden = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard let marker = line.wholeMatch(of: /\s*\/\/ snippet\.([\w-]+)/) else {
                if !isHidden { part?.lines.append(line) }
                continue
            }
            switch marker.1 {
            case "hide": isHidden = true
            case "show": isHidden = false
            default:
                if let part { parts.append(Part(name: part.name, shown: Self.shown(part.lines[...]))) }
                part = marker.1 == "end" ? nil : (String(marker.1), [])
            }
        }
        if let part { parts.append(Part(name: part.name, shown: Self.shown(part.lines[...]))) }
    }

    /// Returns the lines without their common indentation. Each line has its line break.
    static func shown(_ lines: ArraySlice<Substring>) -> String {
        let indentation = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        return lines.map { $0.dropFirst(indentation) + "\n" }.joined()
    }
}
