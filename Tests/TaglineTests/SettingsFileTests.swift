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

    @Test func `the same settings in JSON and in YAML are equal`() async throws {
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
        (#"{"tagline":{"http":{"prot":null}}}"#, "http.prot in ", "did you mean http.port?"),
        (#"{"tagline":{"htp":{}}}"#, "htp in ", "is not a setting"),
        (#"{"tagline":{"http":80}}"#, "http in ", "is not a setting"),
        (#"{"tagline":{"data":{"path":"/d"}}}"#, "data.path in ", "is not a setting"),
    ])
    func `serve refuses an unknown setting and suggests a similar one`(content: String, name: String, says: String)
        async throws
    {
        let failure = await #expect(throws: StartFailure.self) { try await file(content) }
        let text = "\(try #require(failure))"
        #expect(text.contains(name) && text.contains(says) && !text.contains("\n"), "\(text)")
    }

    @Test(arguments: [
        (#"{"tagline":{"data":[{}]}}"#, "s.json", "data in ", "s.json, line 1, must be one string, not a list"),
        (#"{"tagline":{"data":["/a","/b"]}}"#, "s.json", "data in ", "s.json, line 1, must be one string, not a list"),
        ("tagline:\n  bind: [127.0.0.1]", "s.yaml", "bind in ", "s.yaml, line 2, must be one string, not a list"),
        (#"{"tagline":{"admin":{"host":["a",["b"]]}}}"#, "s.json", "admin.host in ", "a list of strings only"),
        ("tagline: { trusted-proxies: [10.0.0.0/8, ~] }", "s.yaml", "trusted-proxies in ", "a list of strings only"),
        (
            "{\"tagline\":{\"http.port\":1,\n\"http\":{\"port\":2}}}", "s.json", "http.port in ",
            "set twice, in line 1 and line 2"
        ),
        ("tagline.bind: a\ntagline:\n  bind: b", "s.yaml", "bind in ", "set twice, in line 1 and line 3"),
        (#"{"tagline":{"bind":"a","bind":"b"}}"#, "s.json", "cannot be used: line 1", "a name comes twice: \"bind\""),
        (#"{"tagline":{"bind":"a"},"tagline":{"data":"b"}}"#, "s.json", "cannot be used: line 1", "comes twice"),
        ("a: 1\na: 2", "s.yaml", "cannot be used: line", "a name comes twice: \"a\""),
        ("tagline:\n\tbind: a", "s.yaml", "cannot be used: line 2", "cannot start any token"),
        ("a: 1\n---\nb: 2", "s.yaml", "cannot be used: line 2", "another document"),
        ("a: [1", "s.yaml", "cannot be used: line", "expected"),
        ("? [a]\n: 1", "s.yaml", "cannot be used", "must be a word"),
        ("a: *nowhere", "s.yaml", "cannot be used", "undefined alias"), ("- 1", "s.yaml", "one object", "tagline"),
        ("word", "s.yaml", "one object", "tagline"), ("[1]", "s.json", "one object", "tagline"),
        ("null", "s.json", "one object", "tagline"), ("{", "s.json", "cannot be used: line 1", "not JSON"),
        ("{\n  \"tagline\": {\"data\": \"/d\",}\n}", "s.json", "cannot be used: line 2", "not JSON"),
        ("", "s.json", "cannot be used", "empty"), ("tagline: { data: /d }", "s.json", "cannot be used", "not JSON"),
    ])
    func `serve refuses an unusable file with one line that names the place of the mistake`(
        content: String, name: String, place: String, reason: String
    ) async throws {
        let failure = await #expect(throws: StartFailure.self) { try await file(content, name) }
        let text = "\(try #require(failure))"
        #expect(text.contains(place) && text.contains(reason) && !text.contains("\n"), "\(text)")
    }

    @Test func `serve refuses a file whose aliases expand too much or whose values are nested too deep`() async throws {
        let names = Array("abcdefghi")
        let aliases = zip(names, names.dropFirst()).map { before, name in
            "x-\(name): &\(name) [" + Array(repeating: "*\(before)", count: 10).joined(separator: ",") + "]"
        }
        let bomb = (["x-a: &a [x,x,x,x,x,x,x,x,x,x]"] + aliases).joined(separator: "\n")
        let deep = String(repeating: "a: {", count: 30) + String(repeating: "}", count: 30)
        for (content, reason) in [(bomb, "more than 16 YAML aliases"), (deep, "its values are nested too deep")] {
            let failure = await #expect(throws: StartFailure.self) { try await file(content, "s.yaml") }
            #expect("\(try #require(failure))".contains(reason))
        }
    }

    @Test(arguments: [
        ("", "s.yaml"), ("# nothing\n", "s.yaml"), ("---\n", "s.yml"), ("tagline:\n", "s.yaml"),
        ("tagline:\n  http:\n", "s.yaml"),
        ("{}", "s.json"), (#"{"tagline":null}"#, "s.json"),
        (#"{"tagline":{"http":{},"quotas":null,"log":null}}"#, "s.json"),
    ])
    func `a settings file can be without settings`(content: String, name: String) async throws {
        let settings = try await settings(content, name)
        #expect(settings.texts.isEmpty && settings.httpPort == 8080)
    }

    @Test(arguments: [
        ("\u{FEFF}tagline:\r\n  bind: '::1'\r\n  http:\r\n    port: 81\r\n", "s.yaml"),
        ("\u{FEFF}{\r\n\t\"tagline\": {\r\n\t\t\"bind\": \"::1\", \"http.port\": \"81\"\r\n\t}\r\n}\r\n", "s.json"),
        ("{\n\t\"tagline\": {\"bind\": \"::1\", \"http\": {\"port\": 81}}\n}", "s.yaml"),
    ])
    func `serve reads a file that an editor on Windows wrote`(content: String, name: String) async throws {
        let settings = try await settings(content, name)
        #expect(settings.bind == "::1" && settings.httpPort == 81)
    }

    @Test func `serve refuses a file that it cannot read, and names the reason`() async throws {
        try await withTemporaryDirectory { directory async throws in
            try Data([0x7B, 0xFF, 0x7D]).write(to: URL(filePath: directory + "/latin1.json"))
            try Data(count: 2 << 20).write(to: URL(filePath: directory + "/long.json"))
            for (name, reason) in [
                ("", "it is a directory"), ("/none", "there is no such file"), ("/latin1.json", "not text in UTF-8"),
                ("/long.json", "longer than 1,024 KiB"),
            ] {
                let failure = #expect(throws: StartFailure.self) { try SettingsFile(directory + name, isLenient: true) }
                let text = "\(try #require(failure))"
                #expect(text.contains("cannot be read: ") && text.contains(reason), "\(text)")
            }
            let piped = try await runUnderBash(
                #""$0" serve --check --config <(echo '{"tagline":{"data":"/d"}}')"#, in: directory)
            #expect(piped.code == 0 && piped.output == "The settings can work.\n", "\(piped)")
        }
    }

    @Test func `--lenient ignores unknown names`() async throws {
        let file = try await file(#"{"tagline":{"http":{"prot":1}},"other":{"a":1}}"#, isLenient: true)
        #expect(file.warnings.count == 2)
    }

    @Test(arguments: [
        (["TAGLINE_CONTAINER": "maybe"], "neither true nor false"),
        (["TAGLINE_LOG_FORMAT": "xml"], "neither text nor json"),
        (["TAGLINE_TRUSTED_PROXIES": "10.0.0.0/8,nobody"], "--trusted-proxies nobody"),
        (["TAGLINE_PROXY_PROTOCOL": "true"], "needs --trusted-proxies"),
        (["TAGLINE_ADMIN_HOST": "tagline,http://a"], "--admin-host http://a"),
        (["TAGLINE_CONTAINER": "true", "TAGLINE_ADMIN_BIND": "0.0.0.0"], "needs a token"),
    ])
    func `serve refuses a wrong value and names the mistake`(environment: [String: String], says: String) throws {
        let provider = EnvironmentVariablesProvider(environmentVariables: environment)
        let failure = #expect(throws: StartFailure.self) { try ServerSettings([provider]) }
        #expect("\(try #require(failure))".contains(says))
    }

    @Test func `in a container, a sandbox opens all ports, but in production the admin plane opens only with a token`()
        throws
    {
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

    @Test func `the server knows which changed settings need a restart`() {
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

    @Test func `a line of the log is one JSON object, even if the message has quotes and line breaks`() throws {
        let line = JSONLogHandler.line(
            .warning, "a \"b\"\nc", ["level": "mine", "path": "/x", "list": ["1", "2"]],
            at: Date(timeIntervalSince1970: 0))
        #expect(!line.contains("\n"))
        let object = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        #expect(object["message"] == "a \"b\"\nc" && object["level"] == "warning" && object["path"] == "/x")
        #expect(object["time"] == "1970-01-01T00:00:00.000Z")
    }
}
