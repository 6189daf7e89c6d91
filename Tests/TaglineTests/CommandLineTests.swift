import Foundation
import OfficialAccount
import Subprocess
import TagStoreConformance
import TaglineServer
import TestStore
import Testing
import WireTable

@Suite struct CommandLineTests {
    @Test func `the curl line that a sandbox prints works in a shell`() async throws {
        try await withLiveSandbox { server in
            let line = try #require(server.announcement.split(separator: "\n").first { $0.hasPrefix("curl ") })
            #expect(try await shell(String(line)) == #"{"errcode":0,"errmsg":"ok"}"#)
            for text in [
                server.addresses.http, server.addresses.https, server.addresses.admin, DemoWorld.service.appID.rawValue,
                DemoWorld.service.secret, server.addresses.ca, "removed at exit",
            ] {
                #expect(server.announcement.contains(text))
            }
        }
    }

    @Test func `some of several parallel calls for the same follower are answered with 45169`() async throws {
        try await withLiveSandbox { server in
            let token = try await WireRun.token(of: DemoWorld.service, from: server.http)
            let url = "\(server.addresses.http)/cgi-bin/tags/members/batchtagging?access_token=\(token)"
            let body = #"{"openid_list":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"],"tagid":134}"#
            var answers = ""
            for _ in 0..<20 where !answers.contains("45169") {
                answers += try await shell(
                    "for i in $(seq 8); do curl -s '\(url)' -d '\(body)' & done; wait")
            }
            #expect(answers.contains(#"{"errcode":45169,"errmsg":"openid much req hint: ["#))
            #expect(answers.contains(#"{"errcode":0,"errmsg":"ok"}"#))
        }
    }

    @Test(.enabled(if: !TestStore.isPostgres, "the test needs a store in a file"))
    func `a sandbox that cannot start does not change the ready file of a running sandbox`() async throws {
        try await withTemporaryDirectory { data in
            let file = data + "/ready.json"
            let store = data + "/store"
            try await withLiveSandbox(data: store) { server in
                try Data("mine".utf8).write(to: URL(filePath: file))
                let second = try await runProgram([
                    "sandbox", "--http-port", "0", "--https-port", "0", "--admin-port", "0", "--data", store,
                    "--ready-file", file,
                ])
                #expect(second.errors.contains("in use by another process (\(server.addresses.pid))"))
                #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
            }
        }
    }

    @Test(arguments: [Signal.terminate, .interrupt, .terminalClosed])
    func `a signal ends the server with exit code 0, and the store keeps all acknowledged changes`(signal: Signal)
        async throws
    {
        try await withTemporaryDirectory { data in
            let body = Array(#"{"openid_list":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"],"tagid":134}"#.utf8)
            let first = try await withLiveSandbox(data: data) { server in
                let run = try await WireRun(host: server.http)
                let answer = try await run.send(
                    WireRequest("POST", "/cgi-bin/tags/members/batchtagging?access_token={service}", body: body))
                server.send(signal)
                return answer.text
            }
            #expect(first.value == #"{"errcode":0,"errmsg":"ok"}"#)
            #expect(first.status.isSuccess, "\(first.status) \(first.errors)")
            #expect(first.errors == "")
            let second = try await withLiveSandbox(data: data) { server in
                let run = try await WireRun(host: server.http)
                return try await run.send(
                    WireRequest(
                        "POST", "/cgi-bin/tags/getidlist?access_token={service}",
                        body: Array(#"{"openid":"ocYxcuAEy30bX0NXmGn4ypqx3tI0"}"#.utf8))
                ).text
            }
            #expect(second.value == #"{"tagid_list":[134]}"#)
        }
    }

    @Test func `a signal ends the server even while requests are incomplete`() async throws {
        let run = try await withLiveSandbox { server in
            try await RawConnection.with(server.addresses.http) { silent in
                try await RawConnection.with(server.addresses.https) { alsoSilent in
                    try await silent.send(
                        "POST /cgi-bin/stable_token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
                    try await alsoSilent.send("not TLS at all")
                    server.send(.terminate)
                    _ = try await silent.receive(until: "never")
                }
            }
        }
        #expect(run.status.isSuccess, "\(run.status) \(run.errors)")
        #expect(run.errors == "")
    }

    @Test func `tokens work after a restart, and the files contain neither tokens nor secrets`() async throws {
        try await withTemporaryDirectory { data in
            let first = try await withLiveSandbox(data: data) { server in
                try await WireRun.token(of: DemoWorld.service, from: server.http)
            }
            let token = first.value
            let second = try await withLiveSandbox(data: data) { server in
                try await server.http.send(WireRequest("GET", "/cgi-bin/tags/get?access_token=\(token)")).text
            }
            #expect(second.value.hasPrefix(#"{"tags":["#))
            for secret in [token, DemoWorld.service.secret] {
                #expect(try await shell("grep -rlF '\(secret)' '\(data)'") == "")
            }
        }
    }

    @Test func `a temporary data directory is removed at exit`() async throws {
        let run = try await withLiveSandbox { server in
            let directory = URL(filePath: server.addresses.ca).deletingLastPathComponent().deletingLastPathComponent()
            #expect(FileManager.default.fileExists(atPath: directory.path))
            return directory.path
        }
        #expect(run.value.contains("tagline-sandbox-"))
        #expect(!FileManager.default.fileExists(atPath: run.value))
    }

    @Test func `a port in use is reported in one line`() async throws {
        try await withLiveSandbox { server in
            let port = String(server.addresses.http.split(separator: ":").last ?? "")
            let second = try await runProgram(
                ["sandbox", "--http-port", port, "--https-port", "0", "--admin-port", "0", "--cloud-port", "0"])
            #expect(!second.status.isSuccess)
            #expect(second.errors.hasPrefix("tagline: 127.0.0.1:\(port) is in use"))
            #expect(second.errors.split(separator: "\n").count == 1)
            #expect(second.output == "")
        }
    }

    @Test(.enabled(if: !TestStore.isPostgres, "the test needs a store in a file"))
    func `a data directory that another sandbox uses is reported in one line`() async throws {
        try await withTemporaryDirectory { data in
            try await withLiveSandbox(data: data) { server in
                let second = try await runProgram(
                    [
                        "sandbox", "--http-port", "0", "--https-port", "0", "--admin-port", "0", "--cloud-port", "0",
                        "--data", data,
                    ])
                #expect(!second.status.isSuccess)
                #expect(second.errors.contains("in use by another process (\(server.addresses.pid))"))
                #expect(second.errors.split(separator: "\n").count == 1)
            }
        }
    }

    @Test(arguments: [
        (["--data", "/proc/tagline"], "/proc/tagline cannot be created"),
        (["--data", "/etc/hosts"], "/etc/hosts is a file"),
        (["--ready-file", "/proc/nowhere/ready.json"], "/proc/nowhere/ready.json cannot be written"),
        (["--tls-cert", "/etc/hosts"], "--tls-cert and --tls-key go together"),
        (
            ["--tls-cert", "/etc/hosts", "--tls-key", "/etc/hosts"],
            "not a certificate chain and the key that belongs to it"
        ),
        (["--http-port", "70000"], "--http-port 70000 is not a port"),
        (["--bind", "192.0.2.1"], "cannot listen on 192.0.2.1:0: Cannot assign requested address"),
        (["--bind", "no such host"], "no such host"),
        (["--bind", "nonsense.invalid"], "nonsense.invalid:0 is not an address of this machine"),
        (["--ready-file", "/tmp"], "/tmp cannot be used: it is not a regular file"),
        (["--log-level", "loud"], "--log-level loud is not a level"),
    ])
    func `a setting that cannot work is reported in one line`(arguments: [String], expected: String) async throws {
        let ports = ["--http-port", "0", "--https-port", "0", "--admin-port", "0", "--cloud-port", "0"]
        let result = try await runProgram(["sandbox"] + (arguments.contains("--http-port") ? [] : ports) + arguments)
        #expect(!result.status.isSuccess)
        #expect(result.errors.contains(expected), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }

    @Test func `settings come from the environment too, and the command line takes precedence`() async throws {
        let result = try await runProgram(["sandbox"], environment: ["TAGLINE_HTTP_PORT": "99999"])
        #expect(result.errors.contains("--http-port 99999 is not a port"))
        let other = try await runProgram(
            ["sandbox", "--http-port", "77777"], environment: ["TAGLINE_HTTP_PORT": "99999"])
        #expect(other.errors.contains("--http-port 77777 is not a port"))
    }

    @Test func `the help names every option`() async throws {
        let help = try await runProgram(["sandbox", "--help"]).output
        for option in [
            "--http-port", "--https-port", "--admin-port", "--cloud-port", "--bind", "--data", "--ready-file",
            "--tls-cert", "--tls-key", "--log-level", "TAGLINE_HTTP_PORT", "Exit codes",
        ] {
            #expect(help.contains(option))
        }
        #expect(try await runProgram(["--help"]).output.contains("sandbox"))
    }
}
