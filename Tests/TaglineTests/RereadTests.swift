import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Subprocess
import Synchronization
import TagStoreConformance
import TestStore
import Testing
import WireTable

/// Tests the settings that `serve` reads again on SIGHUP, and `serve --check`.
@Suite(.serialized) struct RereadTests {
    /// A flag that is set once and that every task can read.
    private final class Flag: Sendable {
        private let value = Atomic(false)

        var isSet: Bool { value.load(ordering: .relaxed) }

        func set() {
            value.store(true, ordering: .relaxed)
        }
    }

    /// Makes a certificate for localhost. Writes the certificate to `NAME.pem` and its key to `NAME.key`, both in
    /// `directory`.
    private func certificate(_ name: String, in directory: String) async throws {
        _ = try await shell(
            """
            cd '\(directory)' && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
            -subj /CN=\(name) -addext subjectAltName=DNS:localhost -keyout \(name).key -out \(name).pem 2>/dev/null
            """)
    }

    private func write(_ settings: String, to directory: String) throws {
        try Data(settings.utf8).write(to: URL(filePath: directory + "/settings.yaml"), options: .atomic)
    }

    /// Calls `isTrue` until the result is true. After a minute without success, the test fails.
    private func wait(_ what: String, until isTrue: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end { if try await isTrue() { return } }
        Issue.record("\(what) did not appear")
    }

    /// Waits until `log`, the log file of the server, contains `text`.
    private func wait(for text: String, in log: String, of server: LiveServer) async throws {
        try await wait(text) {
            _ = try await server.admin.send(WireRequest("GET", "/healthz"))
            return try String(contentsOfFile: log, encoding: .utf8).contains(text)
        }
    }

    @Test func `on SIGHUP, the server changes its certificate, limits, quotas and log level, and no call fails`()
        async throws
    {
        try await withTemporaryDirectory { directory in
            for name in ["first", "second"] { try await certificate(name, in: directory) }
            @Sendable func settings(_ name: String, _ quotas: String, _ connections: Int, _ level: String) -> String {
                """
                tagline:
                  tls: { cert: \(directory)/\(name).pem, key: \(directory)/\(name).key }
                  quotas: \(quotas)
                  connections: \(connections)
                  log: { level: \(level), format: json }
                """
            }
            try write(settings("first", "none", 900, "warning"), to: directory)
            let run = try await withLiveSandbox(
                "serve", data: directory + "/data", arguments: ["--config", directory + "/settings.yaml"]
            ) { server async throws in
                var tls = TLSConfiguration.makeClientConfiguration()
                tls.trustRoots = .certificates(
                    try ["first", "second"].flatMap { try NIOSSLCertificate.fromPEMFile("\(directory)/\($0).pem") })
                let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .init(tlsConfiguration: tls))
                let host = LiveHost(base: server.addresses.https, client: client)
                let isOver = Flag()
                let failures = try await withThrowingTaskGroup(of: (calls: Int, failures: [String]).self) { group in
                    for caller in 0..<4 {
                        group.addTask {
                            // Half of the callers make a new connection for each call.
                            let headers = caller % 2 == 0 ? [] : [(name: "Connection", value: "close")]
                            var (calls, failures) = (0, [String]())
                            while !isOver.isSet {
                                calls += 1
                                do {
                                    let answer = try await host.send(
                                        WireRequest("GET", "/cgi-bin/tags/get?access_token=none", headers: headers))
                                    if !answer.text.contains("40001") { failures.append(answer.text) }
                                } catch {
                                    failures.append("\(error)")
                                }
                            }
                            return (calls, failures)
                        }
                    }
                    try write(settings("second", "documented", 800, "notice"), to: directory)
                    server.send(.terminalClosed)
                    try await wait("the second certificate") { try await shownCertificate(server).contains("second") }
                    try await wait("the other limit") {
                        try await server.admin.send(WireRequest("GET", "/metrics")).text
                            .contains(#"tagline_connections_limit{listener="http"} 800"#)
                    }
                    isOver.set()
                    return try await group.reduce(into: (calls: 0, failures: [String]())) {
                        $0.calls += $1.calls
                        $0.failures += $1.failures
                    }
                }
                try await client.shutdown()
                #expect(failures.calls > 4 && failures.failures == [], "\(failures)")
            }
            #expect(run.status.isSuccess && run.errors.contains("the settings were read again"), "\(run.errors)")
        }
    }

    @Test func `the server keeps its settings if new settings cannot work or need a restart`() async throws {
        try await withTemporaryDirectory { directory in
            try write("tagline: { bind: 127.0.0.1 }", to: directory)
            let log = directory + "/log"
            let run = try await withLiveSandbox(
                "serve", data: directory + "/data",
                arguments: ["--config", directory + "/settings.yaml", "--log-format", "json", "--connections", "700"],
                shell: "exec 2>'\(log)'"
            ) { server async throws in
                for (settings, says) in [
                    ("tagline: { quotas: some }", "neither none nor documented"),
                    ("tagline: { quotaz: none }", "did you mean quotas?"),
                    ("tagline: { bind: '::1' }", #""settings":"bind""#),
                ] {
                    try write(settings, to: directory)
                    server.send(.terminalClosed)
                    try await wait(for: says, in: log, of: server)
                }
                #expect(try await server.admin.send(WireRequest("GET", "/healthz")).status == 200)
            }
            #expect(run.status.isSuccess)
            for line in try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n") {
                let object = try? JSONDecoder().decode([String: String].self, from: Data(line.utf8))
                #expect(object?["time"] != nil, "\(line)")
            }
        }
    }

    /// Returns the subject of the certificate that the server shows to a new connection.
    private func shownCertificate(_ server: LiveServer) async throws -> String {
        let port = server.addresses.https.split(separator: ":").last ?? ""
        return try await shell(
            "openssl s_client -connect localhost:\(port) </dev/null 2>/dev/null | openssl x509 -noout -subject")
    }

    @Test func `an unusable certificate does not replace the current certificate, and the server accepts 20 signals`()
        async throws
    {
        try await withTemporaryDirectory { directory in
            for name in ["first", "second"] { try await certificate(name, in: directory) }
            @Sendable func settings(_ certificate: String, _ key: String) -> String {
                "tagline: { tls: { cert: \(directory)/\(certificate), key: \(directory)/\(key) } }"
            }
            try write(settings("first.pem", "first.key"), to: directory)
            for name in ["endless.pem", "endless.key"] {
                try FileManager.default.createSymbolicLink(
                    atPath: "\(directory)/\(name)", withDestinationPath: "/dev/zero")
            }
            let log = directory + "/log"
            try await withLiveSandbox(
                "serve", data: directory + "/data", arguments: ["--config", directory + "/settings.yaml"],
                shell: "exec 2>'\(log)'"
            ) { server async throws in
                for (broken, says) in [
                    (settings("endless.pem", "first.key"), "endless.pem cannot be read: it is longer than 1,024 KiB"),
                    (settings("second.pem", "endless.key"), "endless.key cannot be read: it is longer than 1,024 KiB"),
                    (settings("second.pem", "first.key"), "second.pem and \(directory)/first.key are not"),
                    (settings("second.pem", "none.key"), "none.key cannot be read"),
                    (settings("settings.yaml", "second.key"), "settings.yaml and \(directory)/second.key are not"),
                ] {
                    try write(broken, to: directory)
                    server.send(.terminalClosed)
                    try await wait(for: says, in: log, of: server)
                    #expect(try await shownCertificate(server).contains("first"))
                }
                try write(settings("second.pem", "second.key"), to: directory)
                for _ in 0..<20 { server.send(.terminalClosed) }
                try await wait("the second certificate") { try await shownCertificate(server).contains("second") }
                #expect(try await server.admin.send(WireRequest("GET", "/readyz")).status == 200)
            }
        }
    }

    @Test func `the server reports an unknown setting, and new content of a file that a setting names`() async throws {
        try await withTemporaryDirectory { directory in
            let (token, paths, log) = (directory + "/token", directory + "/paths", directory + "/log")
            try Data("a token of enough length".utf8).write(to: URL(filePath: token))
            try Data("/cgi-bin/tags/get".utf8).write(to: URL(filePath: paths))
            let settings = """
                tagline:
                  admin: { token.file: \(token) }
                  cloud: { account: wxmine, paths: \(paths) }
                """
            try write(settings, to: directory)
            try await withLiveSandbox(
                "serve", data: directory + "/data",
                arguments: ["--lenient", "--config", directory + "/settings.yaml"], shell: "exec 2>'\(log)'"
            ) { server async throws in
                for (file, content, says) in [
                    (token, "another token of enough length", "settings=admin.token.file"),
                    (paths, "/*", "settings=admin.token.file, cloud.paths"),
                    (directory + "/settings.yaml", settings + "\n  quotaz: none\n", "quotaz in "),
                ] {
                    try Data(content.utf8).write(to: URL(filePath: file), options: .atomic)
                    server.send(.terminalClosed)
                    try await wait(for: says, in: log, of: server)
                }
            }
        }
    }

    @Test(
        arguments: [
            (["--cloud-paths", "/dev/zero"], 64, "it is longer than 1,024 KiB"),
            (["--cloud-config", "/dev/zero"], 64, "it is longer than 1,024 KiB"),
            (["--tls-cert", "/dev/zero", "--tls-key", "/dev/null"], 1, "it is longer than 1,024 KiB"),
            (["--tls-cert", "/dev/null", "--tls-key", "/dev/zero"], 1, "it is longer than 1,024 KiB"),
            (["--cloud-paths", "/nowhere"], 64, "there is no such file"),
            (["--cloud-config", "/"], 64, "it is a directory"),
            (["--tls-cert", "/", "--tls-key", "/dev/null"], 1, "it is a directory"),
        ] as [([String], Int32, String)])
    func `the server reads no endless device, and says why it cannot read a file`(
        arguments: [String], code: Int32, reason: String
    ) async throws {
        for command in [["serve", "--check", "--data", "/nowhere/data"], ["sandbox"]] {
            let ended = try await runProgram(command + ["--cloud-account", "wxmine"] + arguments)
            #expect(ended.status == .exited(code), "\(ended)")
            #expect(ended.errors.contains("cannot be read") && ended.errors.contains(reason), "\(ended)")
            #expect(ended.errors.split(separator: "\n").count == 1, "\(ended)")
        }
    }

    @Test func `the certificate and the files of the cloud gateway may be pipes`() async throws {
        try await withTemporaryDirectory { directory in
            try await certificate("first", in: directory)
            let ended = try await runUnderBash(
                """
                exec "$0" serve --check --data d --cloud-account wxmine --cloud-paths <(echo /cgi-bin/tags/get) \
                --cloud-config <(echo '{"permissions":{"openapi":["officialAccount.tags.batchTagging"]}}') --tls-cert <(cat first.pem) \
                --tls-key <(cat first.key)
                """, [], in: directory)
            #expect(ended.code == 0, "\(ended)")
        }
    }

    @Test func `serve --check tells whether the settings can work, and starts no server`() async throws {
        try await withTemporaryDirectory { directory in
            try await certificate("first", in: directory)
            func check(_ settings: String, _ arguments: [String] = []) async throws -> (
                code: TerminationStatus, text: String
            ) {
                try write(settings, to: directory)
                let result = try await runProgram(
                    ["serve", "--check", "--config", directory + "/settings.yaml"] + arguments)
                return (result.status, result.output + result.errors)
            }
            let tls = "tls: { cert: \(directory)/first.pem, key: \(directory)/first.key }"
            try await certificate("second", in: directory)
            try Data().write(to: URL(filePath: directory + "/empty.pem"))
            let good = try await check("tagline: { data: \(directory)/data, \(tls) }")
            #expect(good.code.isSuccess && good.text == "The settings can work.\n", "\(good)")
            #expect(!FileManager.default.fileExists(atPath: directory + "/data"))
            let lenient = try await check("tagline: { dada: 1, data: /d }", ["--lenient"])
            #expect(lenient.code.isSuccess && lenient.text.contains("did you mean data?"), "\(lenient)")
            for (settings, code, says) in [
                ("tagline: { dada: 1, data: /d }", 64, "did you mean data?"), ("tagline: {}", 64, "--data is missing"),
                ("tagline: { data: /d, store: nonsense }", 64, "two places"),
                ("tagline: { data: /d, tls: { cert: /nowhere, key: /nowhere } }", 1, "/nowhere cannot be read"),
                (
                    "tagline: { data: /d, tls: { cert: \(directory)/first.pem, key: \(directory)/first.pem } }", 1,
                    "not a certificate"
                ),
                (
                    "tagline: { data: /d, tls: { cert: \(directory)/first.pem, key: \(directory)/second.key } }", 1,
                    "the key that belongs to it"
                ),
                (
                    "tagline: { data: /d, tls: { cert: \(directory)/empty.pem, key: \(directory)/first.key } }", 1,
                    "not a certificate"
                ),
                ("tagline: { data: /d, tls: { cert: \(directory)/first.pem } }", 64, "give both or neither"),
                ("tagline: { data: /d, bind: nowhere.invalid }", 1, "nowhere.invalid is not an address"),
                ("tagline: { data: /d, cloud: { bind: 127.0.0.300 } }", 1, "127.0.0.300 is not an address"),
            ] as [(String, Int32, String)] {
                let bad = try await check(settings)
                #expect(bad.code == .exited(code) && bad.text.contains(says), "\(bad)")
            }
        }
    }
}
