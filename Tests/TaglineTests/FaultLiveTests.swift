import AdminAPI
import Foundation
import OfficialAccount
import TagStoreConformance
import TaglineServer
import Testing
import WireTable

/// Tests faults over real connections, and runs `tagline tag` against a server that plays faults.
@Suite struct FaultLiveTests {
    private func request(_ server: LiveServer, _ token: String, _ fault: String) -> String {
        let body = #"{"openid_list":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"],"tagid":134}"#
        return "POST /cgi-bin/tags/members/batchtagging?access_token=\(token) HTTP/1.1\r\nHost: localhost\r\n"
            + "X-Tagline-Fault: \(fault)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test func `a fault can send an answer in pieces, cut the answer off, or send no answer`() async throws {
        try await withLiveSandbox { server async throws in
            let token = try await WireRun.token(of: DemoWorld.service, from: server.http)
            func answer(_ fault: String, until end: String = "never") async throws -> String {
                try await RawConnection.with(server.addresses.http) { connection in
                    try await connection.send(request(server, token, fault))
                    return (try? await connection.receive(until: end)) ?? "reset"
                }
            }
            let whole = try await answer("bytes=7 every=1ms", until: "}")
            #expect(whole.hasPrefix("HTTP/1.1 200 OK\r\n") && whole.hasSuffix(#"{"errcode":0,"errmsg":"ok"}"#))
            #expect(try await answer("bytes=20 every=1ms stop_after=3 connection=close").utf8.count == 60)
            #expect(try await answer("connection=close") == "")
            #expect(try await answer("connection=close at=arrival") == "")
            #expect(["", "reset"].contains(try await answer("connection=reset")))
            // The server tagged the follower although the faults damaged the answers.
            let list = try await WireRun(host: server.http).send(
                WireRequest("POST", "/cgi-bin/user/tag/get?access_token={service}", body: Array(#"{"tagid":134}"#.utf8))
            )
            #expect(list.text.contains("ocYxcuAEy30bX0NXmGn4ypqx3tI0"))
        }
    }

    @Test func `a connection stays open after an answer in pieces, and a disconnect ends an unanswered call`()
        async throws
    {
        try await withLiveSandbox { server async throws in
            let token = try await WireRun.token(of: DemoWorld.service, from: server.http)
            try await RawConnection.with(server.addresses.http) { connection in
                let faults = ["bytes=50", "bytes=7 every=1ms", "bytes=50 connection=close"]
                try await connection.send(faults.map { request(server, token, $0) }.joined())
                let answers = try await connection.receive(until: "never")
                #expect(answers.components(separatedBy: #"{"errcode":0,"errmsg":"ok"}"#).count == 4, "\(answers)")
            }
            for _ in 0..<50 {
                try await RawConnection.with(server.addresses.http) { connection in
                    try await connection.send(request(server, token, "connection=silence"))
                }
            }
            let fault = try await server.admin.send(WireRequest("GET", "/calls?path=batchtagging&wait=30s&count=53"))
            #expect(fault.text.contains(#""complete":true"#))
        }
    }

    /// Under each scenario, `tagline tag` tags all 300 followers, or it tags fewer and fails.
    @Test(arguments: FaultScenario.all.map(\.name))
    func `tagline tag tags all followers or fails under every fault scenario`(name: String) async throws {
        try await withTemporaryDirectory { directory async throws in
            try await withLiveSandbox(arguments: ["--quiet"]) { server async throws in
                let file = directory + "/file"
                let openIDs = (1...300).map { DemoWorld.follower($0, prefix: "ocYxcu") }
                try Data((openIDs.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: file))
                let admin = ["--admin-url", server.addresses.admin]
                let applied = try await runProgram(["faults", "apply", name] + admin)
                #expect(applied.output.contains(name), "\(applied)")
                let run = try await runProgram(
                    ["tag", "--file", file, "--tag", "134", "--rejects", directory + "/rejects.csv"],
                    environment: [
                        "TAGLINE_APP_ID": "\(DemoWorld.service.appID)", "TAGLINE_APP_SECRET": DemoWorld.service.secret,
                        "TAGLINE_BASE_URL": server.addresses.http,
                    ])
                let faults = try await server.admin.send(WireRequest("GET", "/sandbox/faults/\(name)"))
                let status = try JSONDecoder().decode(FaultStatus.self, from: Data(faults.body))
                #expect(status.fired > 0, "\(name) did not fire")
                _ = try await server.admin.send(WireRequest("DELETE", "/sandbox/faults"))
                let tagged = try await WireRun(host: server.http).count(of: 134)
                let expected = ["wrong-address": 0, "quota-soon": 250]
                #expect(tagged == expected[name] ?? 300, "\(run)")
                #expect(("\(run.status)" == "exited(0)") == (expected[name] == nil), "\(run)")
            }
        }
    }

    @Test func `faults check accepts a file of rules, a sandbox plays these rules, and faults clear ends them`()
        async throws
    {
        try await withTemporaryDirectory { directory async throws in
            let file = directory + "/faults.yaml"
            try Data("faults:\n- {name: mine, match: {path: /cgi-bin/tags/get}, do: {errcode: 45159}}\n".utf8).write(
                to: URL(filePath: file))
            #expect(try await runProgram(["faults", "check", file]).output == "\(file) holds 1 valid rule.\n")
            try await withLiveSandbox(arguments: ["--faults", file]) { server async throws in
                let admin = ["--admin-url", server.addresses.admin]
                let answer = try await WireRun(host: server.http).send(
                    WireRequest("GET", "/cgi-bin/tags/get?access_token={service}"))
                #expect(answer.text.contains("45159"))
                #expect(try await runProgram(["faults"] + admin).output.contains("mine  always  1        1"))
                let calls = try await runProgram(["calls", "--fault", "mine"] + admin)
                #expect(calls.output.contains("45159") && calls.output.contains("fault: mine"), "\(calls)")
                #expect(try await runProgram(["faults", "clear", "mine"] + admin).output == "No fault is played.\n")
                #expect(
                    try await runProgram(["faults", "apply", "nothing"] + admin).errors.contains("neither a scenario"))
                // A reset starts the rules of `--faults` again, and removes the rules of the scenario `ghost-tag`.
                _ = try await runProgram(["faults", "apply", "ghost-tag"] + admin)
                #expect(try await server.admin.send(WireRequest("POST", "/sandbox/reset")).status == 200)
                let faults = try await runProgram(["faults"] + admin).output
                #expect(faults.contains("mine  always  0        0") && !faults.contains("ghost-tag"), "\(faults)")
            }
            try Data("faults:\n- name: mine\n  do: {}\n- name: yours\n  skip: -1\n  do: {errcode: 1}\n".utf8).write(
                to: URL(filePath: file))
            for command in [["faults", "check", file], ["sandbox", "--faults", file]] {
                let run = try await runProgram(command)
                for mistake in ["\(file), line 3:", "; line 5: skip"] {
                    #expect(run.errors.contains(mistake), "\(run)")
                }
                #expect("\(run.status)" == "exited(64)", "\(run)")
            }
        }
    }

    @Test func `a production server plays no faults, and records calls only with --journal`() async throws {
        try await withTemporaryDirectory { data async throws in
            try await withLiveSandbox("serve", data: data) { server async throws in
                for path in ["/sandbox/faults", "/sandbox/clock", "/calls", "/sandbox/snapshots"] {
                    #expect(try await server.admin.send(WireRequest("GET", path)).status == 404, "\(path)")
                }
                let answer = try await server.http.send(
                    WireRequest("GET", "/cgi-bin/tags/get", headers: [("X-Tagline-Fault", "45159 at=arrival")]))
                #expect(answer.text.contains("41001"))
            }
            try await withLiveSandbox("serve", data: data, arguments: ["--journal", "metadata"]) {
                server async throws in
                _ = try await server.http.send(WireRequest("GET", "/cgi-bin/tags/get?access_token=abcdefgh"))
                let calls = try await server.admin.send(WireRequest("GET", "/calls"))
                #expect(
                    calls.text.contains("40001") && !calls.text.contains("abcdefgh") && !calls.text.contains("query"))
            }
        }
    }

    @Test func `calls --follow shows each call when it arrives`() async throws {
        try await withLiveSandbox { server async throws in
            async let lines = shell(
                "timeout 60 '\(Program.path)' calls --follow --path batchtagging --admin-url \(server.addresses.admin) | head -2"
            )
            async let events = shell(
                "curl -sN --max-time 60 -H 'Accept: text/event-stream' '\(server.addresses.admin)/calls?path=batchtagging' | head -8"
            )
            let run = try await WireRun(host: server.http)
            // Makes calls until both commands have printed enough lines, because the commands start at different times.
            async let _: Void = {
                var number = 0
                while !Task.isCancelled {
                    number = number % 900 + 1
                    _ = try await run.send(
                        WireRequest(
                            "POST", "/cgi-bin/tags/members/batchtagging?access_token={service}",
                            body: Array(
                                #"{"openid_list":["\#(DemoWorld.follower(number, prefix: "ocYxcu"))"],"tagid":134}"#
                                    .utf8)))
                }
            }()
            let printed = try await lines
            #expect(printed.split(separator: "\n").count == 2 && printed.contains("batchTagging"), "\(printed)")
            #expect(printed.contains("1 openid, tag 134"))
            #expect(try await events.contains("event: call\ndata: {"))
        }
    }

    @Test func `a sandbox starts with the world of --world, and a reset restores that world`() async throws {
        try await withTemporaryDirectory { directory async throws in
            let file = directory + "/world.yaml"
            try Data(
                "accounts:\n- {appid: wxmine, secret: a-secret-of-sixteen, tags: {134: 广东}, followers: 5}\n".utf8
            ).write(to: URL(filePath: file))
            try await withLiveSandbox(arguments: ["--world", file]) { server async throws in
                let line = try #require(server.announcement.split(separator: "\n").first { $0.hasPrefix("curl ") })
                #expect(try await shell(String(line)).contains("access_token"))
                let admin = ["--admin-url", server.addresses.admin]
                #expect(try await runProgram(["accounts"] + admin).output.contains("wxmine"))
                #expect(try await runProgram(["accounts", "delete", "wxmine"] + admin).errors.contains("--yes"))
                #expect(
                    try await runProgram(["accounts", "delete", "wxmine", "--yes"] + admin).output
                        == "wxmine was removed.\n")
                #expect(try await server.admin.send(WireRequest("POST", "/sandbox/reset")).text.contains("wxmine"))
            }
        }
    }
}

extension WireRun {
    /// Returns the number of followers who have `tag`; nil means that the server does not list the tag.
    fileprivate func count(of tag: Int) async throws -> Int? {
        let answer = try await send(WireRequest("GET", "/cgi-bin/tags/get?access_token={service}"))
        return answer.text.firstMatch(of: try Regex("\"id\":\(tag),\"name\":\"[^\"]*\",\"count\":([0-9]+)"))
            .flatMap { Int($0[1].substring ?? "") }
    }
}
