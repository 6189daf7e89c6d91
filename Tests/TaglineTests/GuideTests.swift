import Foundation
import OfficialAccount
import TagStoreConformance
import TaglineServer
import Testing

/// Runs the sample programs of `docs/test-your-tag-code.md` exactly as the page shows them.
@Suite struct GuideTests {
    private static let page = "docs/test-your-tag-code.md"

    private static func block(_ language: String) throws -> String {
        let text = try String(contentsOf: Program.repository.appending(path: page), encoding: .utf8)
        let block = text.matches(of: /(?ms)^```(\w+)\n(.*?)^```$/).first { $0.1 == language }
        return String(try #require(block).2)
    }

    @Test func `the page's tests in Python pass`() async throws {
        let pytest = Program.repository.appending(path: ".venv/bin/pytest").path
        try #require(FileManager.default.fileExists(atPath: pytest), "run scripts/setup tests")
        try await withTemporaryDirectory { directory async throws in
            try Self.block("python").write(toFile: directory + "/test_tags.py", atomically: true, encoding: .utf8)
            let output = try await shell(
                "cd '\(directory)' && '\(pytest)' -q -p no:cacheprovider . 2>&1", environment: ["TAGLINE": Program.path]
            )
            #expect(output.contains("3 passed"), "\(output)")
        }
    }

    @Test func `the page's tests in Go pass`() async throws {
        try await withTemporaryDirectory { directory async throws in
            try Self.block("go").write(toFile: directory + "/tags_test.go", atomically: true, encoding: .utf8)
            let output = try await shell(
                "cd '\(directory)' && go mod init example.com/tags 2>&1 && go vet . 2>&1 && go test . 2>&1",
                environment: ["TAGLINE": Program.path, "GOFLAGS": "-mod=mod", "GOCACHE": directory + "/cache"])
            #expect(output.contains("ok  \texample.com/tags"), "\(output)")
        }
    }

    @Test func `the page's YAML describes a valid world of a sandbox`() throws {
        let world = try SandboxWorld(contents: Array(Self.block("yaml").utf8))
        #expect(world.sample?.appID == "wxmine")
    }

    /// Tagline's own package builds the example and runs the example's tests. This test reads the example's manifest.
    @Test func `the Swift example is a package, and the page shows the tests of that package`() async throws {
        let folder = Program.repository.appending(path: "Examples/TestYourTagCode")
        let manifest = try await shell("swift package --package-path '\(folder.path)' dump-package 2>&1")
        #expect(manifest.contains("NewsletterTests") && manifest.contains("TaglineTesting"), "\(manifest)")
        let tests = try String(
            contentsOf: folder.appending(path: "Tests/NewsletterTests/NewsletterTests.swift"), encoding: .utf8)
        func lines(_ text: String) -> [String] {
            text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(lines(tests).joined().contains(lines(try Self.block("swift")).joined()))
    }
}
