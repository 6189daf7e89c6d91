import Foundation
import Testing

/// Checks that everything that a page mentions exists: files, suites of tests, targets of make, and other pages.
@Suite struct MentionTests {
    private static let folders = [
        ".github", "Benchmarks", "Examples", "Snippets", "Sources", "Tests", "docs", "packaging", "scripts",
    ]

    private static func files(in folder: String) -> [String] {
        let files = FileManager.default.subpaths(atPath: Program.repository.appending(path: folder).path) ?? []
        return files.map { "\(folder)/\($0)" }
    }

    private static let pages: [String] = {
        let root = (try? FileManager.default.contentsOfDirectory(atPath: Program.repository.path)) ?? []
        return (root + folders.flatMap { files(in: $0) }).filter { $0.hasSuffix(".md") }.sorted()
    }()

    private static let suites: Set<String> = {
        let files = ["Tests", "Examples"].flatMap { Self.files(in: $0) }.filter { $0.hasSuffix(".swift") }
        return Set(
            files.flatMap { file -> [String] in
                ((try? text(of: file)) ?? "").matches(of: /struct (\w+Tests)\b/).map { String($0.1) }
            })
    }()

    private static func text(of file: String) throws -> String {
        try String(contentsOf: Program.repository.appending(path: file), encoding: .utf8)
    }

    /// Returns a page without its samples. A sample can name a file of the reader that is not in this repository.
    private static func prose(of page: String) throws -> String {
        try text(of: page).replacing(/(?ms)^ *```.*?^ *```$/, with: "")
    }

    private static func isThere(_ file: String) -> Bool {
        FileManager.default.fileExists(atPath: Program.repository.appending(path: file).path)
    }

    @Test(arguments: pages)
    func `every file, suite and target of make that a page mentions exists`(page: String) throws {
        let targets = try Set(Self.text(of: "Makefile").matches(of: /(?m)^([a-z-]+):/).map { String($0.1) })
        for span in try Self.prose(of: page).matches(of: /`([^`\n]+)`/).map({ String($0.1) }) {
            if let folder = span.wholeMatch(of: /([A-Za-z.]+)\/[A-Za-z0-9_.+\/-]+/)?.1,
                Self.folders.contains(String(folder))
            {
                #expect(Self.isThere(span), "\(page) mentions \(span)")
            }
            if span.wholeMatch(of: /[A-Z][A-Za-z]*Tests/) != nil {
                #expect(Self.suites.contains(span), "\(page) mentions \(span)")
            }
            if let target = span.firstMatch(of: /^make ([a-z-]+)/)?.1 {
                #expect(targets.contains(String(target)), "\(page) mentions make \(target)")
            }
        }
    }

    private static let recipes =
        files(in: ".github/workflows") + [".ci/run", "Makefile", "packaging/Dockerfile", "packaging/tagline.rb"]

    /// A recipe is a workflow, a CI script, the Makefile, the Dockerfile or the Homebrew formula. No test runs the
    /// workflows, the Dockerfile or the formula.
    @Test(arguments: recipes)
    func `every script and target of make that a recipe runs exists`(recipe: String) throws {
        let text = try Self.text(of: recipe)
        for script in text.matches(of: /\b((?:Benchmarks|packaging|scripts)\/[\w.+-]*\w\+*)/).map({ String($0.1) }) {
            #expect(Self.isThere(script), "\(recipe) runs \(script)")
        }
        let targets = try Set(Self.text(of: "Makefile").matches(of: /(?m)^([a-z-]+):/).map { String($0.1) })
        for target in text.matches(of: /(?m)(?:^ *|run: |RUN )make ([a-z-]+)/).map({ String($0.1) }) {
            #expect(targets.contains(target), "\(recipe) makes \(target)")
        }
    }

    @Test(arguments: pages)
    func `every page that a page links to exists`(page: String) throws {
        for link in try Self.prose(of: page).matches(of: /\]\(([^)#\s]+)/).map({ String($0.1) })
        where !link.contains("://") {
            let folder = URL(filePath: "/" + page).deletingLastPathComponent()
            let file = folder.appending(path: link).standardizedFileURL.path
            #expect(Self.isThere(String(file.dropFirst())), "\(page) links to \(link)")
        }
    }
}
