import Configuration
import Foundation
import Synchronization
import Testing

@testable import tagline

/// Tests that the server, the help, the options and the page about production agree with the list of settings,
/// `ServerSettings.Key.all`.
@Suite struct SettingsListTests {
    /// Provides values of settings, and counts how often the server reads each setting.
    private final class Witness: ConfigProvider, Sendable {
        private let inner: InMemoryProvider
        private let read = Mutex<[AbsoluteConfigKey: Int]>([:])

        init(_ values: [AbsoluteConfigKey: String]) {
            inner = InMemoryProvider(values: values.mapValues { ConfigValue(.string($0), isSecret: false) })
        }

        /// How often each setting was read.
        var counts: [AbsoluteConfigKey: Int] { read.withLock { $0 } }

        var providerName: String { "witness" }

        func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult {
            read.withLock { $0[key, default: 0] += 1 }
            return try inner.value(forKey: key, type: type)
        }

        func fetchValue(forKey key: AbsoluteConfigKey, type: ConfigType) async throws -> LookupResult {
            try value(forKey: key, type: type)
        }

        nonisolated(nonsending) func watchValue<Return: ~Copyable>(
            forKey key: AbsoluteConfigKey, type: ConfigType,
            updatesHandler:
                nonisolated(nonsending) (
                    ConfigUpdatesAsyncSequence<Result<LookupResult, any Error>, Never>
                ) async throws -> Return
        ) async throws -> Return {
            try await inner.watchValue(forKey: key, type: type, updatesHandler: updatesHandler)
        }

        func snapshot() -> any ConfigSnapshot { inner.snapshot() }

        nonisolated(nonsending) func watchSnapshot<Return: ~Copyable>(
            updatesHandler:
                nonisolated(nonsending) (
                    ConfigUpdatesAsyncSequence<any ConfigSnapshot, Never>
                ) async throws -> Return
        ) async throws -> Return {
            try await inner.watchSnapshot(updatesHandler: updatesHandler)
        }
    }

    private typealias Key = ServerSettings.Key

    @Test func `the server reads each setting of the list, and no other setting`() throws {
        let store = [DatabaseSettings.store: "postgres://localhost/a"]
        let (witness, once) = (Witness(store), Witness(store))
        _ = try ServerSettings([witness])
        #expect(Set(witness.counts.keys).symmetricDifference(Key.all) == [])
        // The server reads the text of each setting to compare the text after a SIGHUP. A setting that the server reads
        // only for this comparison has no effect. So the server must read each setting more often than the comparison
        // does.
        for key in Key.all {
            _ = SettingsReader([once]).text(key)
            #expect(witness.counts[key, default: 0] > once.counts[key, default: 0], "\(SettingName.inFile(key))")
        }
    }

    @Test func `the list names each setting once, and contains the settings of Key.lists and Key.reread`() {
        #expect(Set(Key.all).count == Key.all.count)
        #expect(Key.lists.isSubset(of: Key.all) && Set(Key.reread).isSubset(of: Key.all))
    }

    @Test func `the help of serve shows every setting, in lines of at most 80 characters`() async throws {
        let help = try await runProgram(["serve", "--help"]).output
        let words = Set(help.split { $0.isWhitespace }.map(String.init))
        #expect(Set(Key.all.map(SettingName.inFile)).subtracting(words) == [])
        for line in SettingName.rows.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test(arguments: [
        ("serve", ["--config", "--lenient", "--check"], ["--admin-token"]),
        ("sandbox", ["--world", "--faults", "--quiet", "--open"], ["--admin-token", "--quotas", "--journal"]),
    ])
    func `serve and sandbox have an option for each setting, with few exceptions`(
        command: String, own: [String], without: [String]
    ) throws {
        let tree = try #require(CommandTree.whole()?.subcommand(command))
        let expected = Set(Key.all.map(SettingName.flag)).subtracting(without).union(own)
        let options = Set(tree.options).subtracting(["--help", "--version"])
        #expect(options.symmetricDifference(expected) == [])
    }

    @Test func `the page about production lists every setting with its option, variable and name in a file`() throws {
        let page = try String(
            contentsOf: Program.repository.appending(path: "docs/run-it-in-production.md"), encoding: .utf8)
        let rows = page.matches(of: /(?m)^\| (?:`(--[a-z-]+)`|none) \| `(TAGLINE_[A-Z_]+)` \| `([a-z.-]+)` \|/)
        let names = Set(rows.map { String($0.3) })
        #expect(names.symmetricDifference(Key.all.map(SettingName.inFile)) == [])
        for row in rows {
            let dashed = row.3.replacing(".", with: "-")
            if let flag = row.1 { #expect(flag == "--" + dashed) }
            #expect(row.2 == "TAGLINE_" + dashed.replacing("-", with: "_").uppercased())
        }
    }

    @Test func `the help of sandbox and the page about the image show the options for addresses and host names`()
        async throws
    {
        let help = try await runProgram(["sandbox", "--help"]).output
        let guide = try String(
            contentsOf: Program.repository.appending(path: "docs/install-a-package-or-an-image.md"), encoding: .utf8)
        for key in [Key.bind, Key.adminBind, Key.cloudBind, Key.adminHost] {
            let flag = SettingName.flag(key)
            // The help names the option in its text, and again in its list of options.
            #expect(help.components(separatedBy: flag).count > 2, "\(flag)")
            let variable = "TAGLINE" + flag.dropFirst().replacing("-", with: "_").uppercased()
            #expect(guide.contains("| `\(flag)` | `\(variable)` |"))
        }
    }
}
