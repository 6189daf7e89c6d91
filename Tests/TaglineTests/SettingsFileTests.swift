import Configuration
import Foundation
import Logging
import TagStoreConformance
import TestStore
import Testing

@testable import tagline

@Suite struct SettingsFileTests {
    private func file(_ content: String, _ name: String = "settings.json", isLenient: Bool = false) async throws
        -> SettingsFile
    {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/\(name)"
            try Data(content.utf8).write(to: URL(filePath: path))
            return try SettingsFile(path, isLenient: isLenient)
        }
    }

    private func settings(_ content: String, _ name: String) async throws -> ServerSettings {
        try ServerSettings([try await file(content, name).provider])
    }

    @Test func `JSON and YAML say the same`() async throws {
        let json = """
            {"tagline": {"data": "/d", "http": {"port": 81}, "accept": {"loss": true}, "admin": {"host": ["a", "b.c"]},
             "quotas": null, "log.level": "debug"}}
            """
        let yaml = """
            x-common: &level debug
            tagline:
              data: /d
              http: { port: 81 }
              accept:
                loss: true
              admin:
                host:
                  - a
                  - b.c
              quotas: ~
              log:
                level: *level
            """
        for (content, name) in [(json, "s.json"), (json, "s"), (yaml, "s.yaml"), (yaml, "S.YML")] {
            let settings = try await settings(content, name)
            #expect(settings.data?.path == "/d" && settings.httpPort == 81 && settings.acceptsLoss, "\(name)")
            #expect(settings.hosts == ["a", "b.c"] && settings.quotas == nil && settings.logLevel == .debug, "\(name)")
        }
    }

    @Test(arguments: [
        (#"{"tagline":{"http":{"prot":1}}}"#, "http.prot in ", "did you mean http.port?"),
        (#"{"tagline":{"datta":"/d"}}"#, "datta in ", "did you mean data?"),
        (#"{"tagline":{"quotes":"none","log":{"lvel":"info"}}}"#, "log.lvel", "1 more are unknown"),
        (#"{"http":{"port":1}}"#, "http.port in ", "put it under tagline"),
        (#"{"tagline":{"completely":{"different":1}}}"#, "completely.different", "is not a setting; --lenient"),
        (#"{"tagline":5}"#, "tagline in ", "is not a setting"),
        (#"{"tagline":{"data":[{}]}}"#, "data in ", "list of strings"),
        ("[1]", "cannot be read", "JSON object"), ("{", "cannot be read", "JSON object"),
    ])
    func `a name that is no setting is named, with the nearest one`(content: String, name: String, says: String)
        async throws
    {
        let failure = await #expect(throws: StartFailure.self) { try await file(content) }
        let text = "\(try #require(failure))"
        #expect(text.contains(name) && text.contains(says) && !text.contains("\n"), "\(text)")
    }

    @Test(arguments: [
        "a: [1", "- 1", "a: 1\na: 2", "? [a]\n: 1", "a: *nowhere", "",
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [{e: {f: {g: {h: {i: {j: {k: {l: {m: {n: {o: {p: {q: {r: {s: {t: {u: {}}}}}}}}}}}}}}}}}}}]",
    ])
    func `odd YAML is refused or empty, and never more`(content: String) async throws {
        if let file = try? await file(content, "s.yaml") { #expect(content.isEmpty && file.warnings.isEmpty) }
    }

    @Test func `unknown names can be passed over`() async throws {
        let file = try await file(#"{"tagline":{"http":{"prot":1}},"other":{"a":1}}"#, isLenient: true)
        #expect(file.warnings.count == 2)
    }

    /// Whoever adds a setting adds it to the page, and the file knows it.
    @Test func `the page lists every setting, with its names everywhere`() throws {
        let page = try String(
            contentsOf: Program.repository.appending(path: "docs/run-it-in-production.md"), encoding: .utf8)
        let rows = page.matches(of: /(?m)^\| (?:`(--[a-z-]+)`|none) \| `(TAGLINE_[A-Z_]+)` \| `([a-z.-]+)` \|/)
        let names = Set(rows.map { String($0.3) })
        let known = ServerSettings.Key.all
        #expect(names.symmetricDifference(known.map(SettingName.inFile)) == [])
        for row in rows {
            let dashed = row.3.replacing(".", with: "-")
            if let flag = row.1 { #expect(flag == "--" + dashed) }
            #expect(row.2 == "TAGLINE_" + dashed.replacing("-", with: "_").uppercased())
        }
    }

    @Test(arguments: [
        (["TAGLINE_CONTAINER": "maybe"], "neither true nor false"),
        (["TAGLINE_LOG_FORMAT": "xml"], "neither text nor json"),
        (["TAGLINE_TRUSTED_PROXIES": "10.0.0.0/8,nobody"], "--trusted-proxies nobody"),
        (["TAGLINE_PROXY_PROTOCOL": "true"], "needs --trusted-proxies"),
        (["TAGLINE_ADMIN_HOST": "tagline,http://a"], "--admin-host http://a"),
        (["TAGLINE_CONTAINER": "true", "TAGLINE_ADMIN_BIND": "0.0.0.0"], "needs a token"),
    ])
    func `a wrong value is named`(environment: [String: String], says: String) throws {
        let provider = EnvironmentVariablesProvider(environmentVariables: environment)
        let failure = #expect(throws: StartFailure.self) { try ServerSettings([provider]) }
        #expect("\(try #require(failure))".contains(says))
    }

    @Test func `in a container a sandbox opens everything, and production only what asks for a token`() throws {
        func settings(_ environment: [String: String], isSandbox: Bool) throws -> ServerSettings {
            try ServerSettings(
                [
                    EnvironmentVariablesProvider(
                        environmentVariables: environment.merging(["TAGLINE_CONTAINER": "true"]) { $1 })
                ], isSandbox: isSandbox)
        }
        let all = ContainerAddress.all
        let sandbox = try settings([:], isSandbox: true)
        #expect([sandbox.bind, sandbox.adminBind, sandbox.cloudBind] == [all, all, all])
        let production = try settings([:], isSandbox: false)
        #expect([production.bind, production.adminBind, production.cloudBind] == [all, "127.0.0.1", "127.0.0.1"])
        let guarded = try settings(["TAGLINE_ADMIN_TOKEN": "sixteen letters!"], isSandbox: false)
        #expect([guarded.bind, guarded.adminBind, guarded.cloudBind] == [all, all, "127.0.0.1"])
        let chosen = try settings(["TAGLINE_BIND": "192.0.2.1", "TAGLINE_ADMIN_BIND": "::1"], isSandbox: true)
        #expect([chosen.bind, chosen.adminBind, chosen.cloudBind] == ["192.0.2.1", "::1", all])
    }

    @Test func `what takes a new start is told apart`() {
        let old: [AbsoluteConfigKey: String] = [
            ServerSettings.Key.httpPort: "1", ServerSettings.Key.logLevel: "info", ServerSettings.Key.tlsCert: "a",
        ]
        let new: [AbsoluteConfigKey: String] = [
            ServerSettings.Key.httpPort: "2", ServerSettings.Key.logLevel: "debug", ServerSettings.Key.tlsCert: "b",
            ServerSettings.Key.bind: "::", ServerSettings.Key.quotas: "documented",
        ]
        #expect(SettingsRereading.late(old, new) == ["http.port", "bind"])
        #expect(SettingsRereading.late(old, [:]).contains("tls.cert"))
    }

    @Test func `a line of the log is one JSON object, whatever is in it`() throws {
        let line = JSONLogHandler.line(
            .warning, "a \"b\"\nc", ["level": "mine", "path": "/x", "list": ["1", "2"]],
            at: Date(timeIntervalSince1970: 0))
        #expect(!line.contains("\n"))
        let object = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        #expect(object["message"] == "a \"b\"\nc" && object["level"] == "warning" && object["path"] == "/x")
        #expect(object["time"] == "1970-01-01T00:00:00.000Z")
    }
}
