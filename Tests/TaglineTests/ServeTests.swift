import Foundation
import Subprocess
import TagStoreConformance
import TestStore
import Testing
import WireTable

@Suite struct ServeTests {
    @Test func `a sandbox and a production server refuse each other's data`() async throws {
        try await withTemporaryDirectory { directory in
            for (first, second, says) in [
                ("serve", "sandbox", "holds the data of tagline serve"),
                ("sandbox", "serve", "holds the data of a sandbox"),
            ] {
                let data = "\(directory)/\(first)"
                try await withLiveSandbox(first, data: data) { server in
                    let body = Array(#"{"appid":"wxmine","kind":"service"}"#.utf8)
                    _ = try await server.admin.send(WireRequest("POST", "/accounts", body: body))
                }
                if !TestStore.isPostgres {
                    let file = try FileManager.default.attributesOfItem(atPath: data + "/tagline.sqlite")
                    #expect(file[.posixPermissions] as? Int == 0o600)
                }
                let refused = try await runProgram(
                    [second, "--http-port", "0", "--https-port", "0", "--admin-port", "0", "--cloud-port", "0"]
                        + place(second, data))
                #expect(refused.status == .exited(1) && refused.errors.contains(says), "\(refused.errors)")
                try await withLiveSandbox(first, data: data) { server in
                    let accounts = try await server.admin.send(WireRequest("GET", "/accounts")).text
                    #expect(accounts.contains("wxmine") && accounts.contains("wx5ad0") == (first == "sandbox"))
                }
            }
        }
    }

    private func token(_ server: LiveServer, secret: String) async throws -> String {
        let answer = try await server.http.send(
            WireRequest("GET", "/cgi-bin/token?grant_type=client_credential&appid=wxmine&secret=\(secret)"))
        let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        return object?["access_token"] as? String ?? answer.text
    }

    @Test func `a production server starts empty, and keeps the account that an operator creates`() async throws {
        try await withTemporaryDirectory { data in
            let first = try await withLiveSandbox("serve", data: data) { server async throws in
                #expect(try await server.admin.send(WireRequest("GET", "/accounts")).text == "{\"accounts\":[]}\n")
                let made = try await server.admin.send(
                    WireRequest("POST", "/accounts", body: Array(#"{"appid":"wxmine","kind":"service"}"#.utf8)))
                let object = try JSONSerialization.jsonObject(with: Data(made.body)) as? [String: Any]
                #expect(try await server.admin.send(WireRequest("GET", "/sandbox/clock")).status == 404)
                return object?["secret"] as? String ?? ""
            }
            #expect(first.status.isSuccess)
            let secret = first.value
            let second = try await withLiveSandbox("serve", data: data) { server in
                let token = try await token(server, secret: secret)
                return try await server.http.send(WireRequest("GET", "/cgi-bin/tags/get?access_token=\(token)")).text
            }
            #expect(second.value == #"{"tags":[{"id":2,"name":"星标组","count":0}]}"#)
        }
    }

    @Test func `the admin plane requires its token, except for the health checks`() async throws {
        try await withTemporaryDirectory { data in
            let token = "a token of enough length"
            try await withLiveSandbox("serve", data: data, environment: ["TAGLINE_ADMIN_TOKEN": token]) {
                server async throws in
                for (headers, status) in [
                    ([], 401), ([("Authorization", "Bearer wrong")], 401), ([("Authorization", token)], 401),
                    ([("Authorization", "Bearer \(token)")], 200),
                ] as [([(name: String, value: String)], Int)] {
                    for path in ["/accounts", "/openapi.json"] {
                        #expect(
                            try await server.admin.send(WireRequest("GET", path, headers: headers)).status == status)
                    }
                    #expect(try await server.admin.send(WireRequest("GET", "/healthz", headers: headers)).status == 200)
                    #expect(try await server.admin.send(WireRequest("GET", "/readyz", headers: headers)).status == 200)
                }
            }
        }
    }

    @Test(.enabled(if: !TestStore.isPostgres, "only the embedded store has a file"))
    func `a server reads settings from a file, and the environment overrides the file`() async throws {
        try await withTemporaryDirectory { data in
            let file = data + "/settings.json"
            let settings = #"{"tagline":{"http":{"port":70001},"quotas":"documented","data":"\#(data)/store"}}"#
            try Data(settings.utf8).write(to: URL(filePath: file))
            let wrong = try await runProgram(["serve", "--config", file])
            #expect(wrong.errors.contains("--http-port 70001 is not a port"))
            let environment = try await runProgram(
                ["serve"], environment: ["TAGLINE_CONFIG": file, "TAGLINE_HTTP_PORT": "70002"])
            #expect(environment.errors.contains("--http-port 70002 is not a port"))
            try await withLiveSandbox("serve", arguments: ["--config", file]) { _ in
                #expect(FileManager.default.fileExists(atPath: data + "/store/tagline.sqlite"))
            }
        }
    }

    @Test(arguments: [
        ([], "--data is missing"), (["--data", "/tmp", "--admin-bind", "0.0.0.0"], "needs a token"),
        (["--data", "/tmp", "--quotas", "some"], "neither none nor documented"),
        (["--data", "/tmp", "--config", "/nowhere.json"], "/nowhere.json cannot be read"),
        (["--data", "/tmp", "--admin-token-file", "/nowhere"], "cannot be read from /nowhere"),
        (["--data", "/tmp", "--admin-token-file", "/proc/self/comm"], "too short"),
        (["--data", "/tmp", "--trusted-proxies", "10.0.0.0/64"], "--trusted-proxies 10.0.0.0/64"),
    ])
    func `serve reports in one line that a setting cannot work`(arguments: [String], expected: String) async throws {
        let result = try await runProgram(["serve"] + arguments)
        #expect(!result.status.isSuccess)
        #expect(result.errors.contains(expected) && result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }
}
