import Foundation
import Subprocess
import SystemPackage
import TagStoreConformance
import TaglineServer
import TestStore
import Testing
import WireTable

/// Tests the admin plane with programs of other projects.
@Suite struct AdminClientTests {
    private static let token = "an admin token for tests"
    /// The metrics that only a store with a journal has.
    private static let journal = [
        "gauge tagline_store_checkpoint_age_seconds{} ", "gauge tagline_store_journal_bytes{} ",
    ]
    private static let folder = Program.repository.appending(path: "Tests/TaglineTests").path

    private func python(_ program: String, _ arguments: [String], input: String = "", in directory: String? = nil)
        async throws -> (
            status: TerminationStatus, output: String
        )
    {
        let result = try await run(
            .path(FilePath(Program.repository.appending(path: ".venv/bin/\(program)").path)),
            arguments: Arguments(arguments), workingDirectory: directory.map { FilePath($0) },
            input: .string(input), output: .string(limit: 4 << 20),
            error: .string(limit: 4 << 20))
        return (result.terminationStatus, result.standardOutput + result.standardError)
    }

    @Test func `schemathesis finds nothing that contradicts the OpenAPI document`() async throws {
        try await withTemporaryDirectory { data in
            try await withLiveSandbox(
                "serve", data: data + "/store", environment: ["TAGLINE_ADMIN_TOKEN": Self.token]
            ) { server in
                let result = try await python(
                    "schemathesis",
                    [
                        "--config-file", Self.folder + "/schemathesis.toml", "run",
                        server.addresses.admin + "/openapi.json", "--header", "Authorization: Bearer \(Self.token)",
                        "--seed", "1", "--max-examples", "20", "--warnings", "off",
                    ], in: data)
                #expect(result.status.isSuccess, "\(result.output)")
                #expect(result.output.contains("✅ Fuzzing"), "\(result.output)")
            }
        }
    }

    @Test func `the answers of both token calls name the address of a caller that is not allowed`() async throws {
        try await withLiveSandbox { server in
            let appID = DemoWorld.service.appID
            let body = Array(#"{"allowed_addresses":["192.0.2.7"]}"#.utf8)
            _ = try await server.admin.send(WireRequest("PATCH", "/accounts/\(appID)", body: body))
            let query = "grant_type=client_credential&appid=\(appID)&secret=\(DemoWorld.service.secret)"
            let stable =
                #"{"grant_type":"client_credential","appid":"\#(appID)","secret":"\#(DemoWorld.service.secret)"}"#
            for request in [
                WireRequest("GET", "/cgi-bin/token?" + query),
                WireRequest("POST", "/cgi-bin/stable_token", body: Array(stable.utf8)),
            ] {
                let answer = try await server.http.send(request).text
                let text =
                    #"{"errcode":40164,"errmsg":"invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist rid: "#
                #expect(answer.hasPrefix(text), "\(answer)")
            }
            let allowed = Array(#"{"allowed_addresses":["192.0.2.7","127.0.0.1"]}"#.utf8)
            _ = try await server.admin.send(WireRequest("PATCH", "/accounts/\(appID)", body: allowed))
            let answer = try await server.http.send(WireRequest("GET", "/cgi-bin/token?" + query)).text
            #expect(answer.hasPrefix(#"{"access_token":""#), "\(answer)")
        }
    }

    @Test func `if a platform calls from an address that is not allowed, the answers name the address`()
        async throws
    {
        try await withLiveSandbox { server in
            let platform = "/platforms/\(DemoWorld.platform.appID)"
            func post(_ path: String, _ body: String, to host: LiveHost) async throws -> String {
                try await host.send(WireRequest("POST", path, body: Array(body.utf8))).text
            }
            func value(_ name: String, of text: String) throws -> String {
                let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
                let info = object["authorization_info"] as? [String: Any] ?? object
                return try #require(info[name] as? String, "\(text)")
            }
            var ticket = ""
            while ticket.isEmpty {
                let answer = try await server.admin.send(WireRequest("GET", platform + "/ticket"))
                if answer.status == 200 { ticket = try value("component_verify_ticket", of: answer.text) }
            }
            let credentials = #"""
                {"component_appid":"\#(DemoWorld.platform.appID)","component_appsecret":"\#(DemoWorld.platform.secret)",
                "component_verify_ticket":"\#(ticket)"}
                """#
            let fetch = "/cgi-bin/component/api_component_token"
            let token = try value("component_access_token", of: try await post(fetch, credentials, to: server.http))
            let authorization = #"{"appid":"\#(DemoWorld.service.appID)","permission_sets":[2]}"#
            let code = try value(
                "auth_code", of: try await post(platform + "/authorizations", authorization, to: server.admin))
            let query = "/cgi-bin/component/api_query_auth?component_access_token=\(token)"
            let exchange = #"{"component_appid":"\#(DemoWorld.platform.appID)","authorization_code":"\#(code)"}"#
            let access = try value("authorizer_access_token", of: try await post(query, exchange, to: server.http))
            let tagging = "/cgi-bin/tags/members/batchtagging?access_token=\(access)"
            let list = #"{"openid_list":["ocYxcuDemoFollower0000000001"],"tagid":134}"#
            #expect(try await post(tagging, list, to: server.http) == #"{"errcode":0,"errmsg":"ok"}"#)

            let allowed = Array(#"{"allowed_addresses":["192.0.2.7"]}"#.utf8)
            _ = try await server.admin.send(WireRequest("PATCH", platform, body: allowed))
            for (path, body) in [(fetch, credentials), (query, exchange), (tagging, list)] {
                let answer = try await post(path, body, to: server.http)
                let text = #"{"errcode":61004,"errmsg":"access clientip is not registered requestIP: 127.0.0.1 rid: "#
                #expect(answer.hasPrefix(text), "\(path): \(answer)")
            }
        }
    }

    @Test func `Prometheus can read the metrics, and the metrics count the calls`() async throws {
        try await withLiveSandbox { server in
            let run = try await WireRun(host: server.http)
            let tagging = "/cgi-bin/tags/members/batchtagging?access_token={service}"
            for list in ["\"ocYxcuDemoFollower0000000001\",\"ocYxcuDemoFollower0000000002\"", "\"nobody\""] {
                _ = try await run.send(
                    WireRequest("POST", tagging, body: Array("{\"openid_list\":[\(list)],\"tagid\":134}".utf8)))
            }
            _ = try await run.send(WireRequest("GET", "/made/up"))
            let answer = try await server.admin.send(WireRequest("GET", "/metrics"))
            #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let script = """
                import sys
                from prometheus_client.parser import text_string_to_metric_families
                for family in text_string_to_metric_families(sys.stdin.read()):
                    for sample in family.samples:
                        labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
                        print(f"{family.type} {sample.name}{{{labels}}} {sample.value}")
                """
            let read = try await python("python", ["-c", script], input: answer.text)
            #expect(read.status.isSuccess, "\(read.output)")
            let path = "path=/cgi-bin/tags/members/batchtagging"
            for line in [
                "counter tagline_calls_total{errcode=0,\(path)} 1",
                "counter tagline_calls_total{errcode=40003,\(path)} 1",
                "counter tagline_calls_total{errcode=40066,path=unknown} 1",
                "histogram tagline_call_seconds_count{\(path)} 2",
                "histogram tagline_call_seconds_bucket{le=+Inf,\(path)} 2",
                "histogram tagline_store_group_size_bucket{le=1} ",
                "gauge tagline_followers{} 1102", "gauge tagline_accounts{} 3",
                "gauge tagline_store_writable{} 1",
                "gauge process_resident_memory_bytes{} ", "histogram tagline_store_commit_seconds_sum{} ",
            ] + (TestStore.isPostgres ? [] : Self.journal) {
                #expect(read.output.contains(line), "\(line) is missing from\n\(read.output)")
            }
            let taggings = try #require(read.output.firstMatch(of: /gauge tagline_taggings\{\} ([0-9.]+)/)).1
            #expect((Double(taggings) ?? 0) >= 22, "twenty earlier taggings, and the two of this test: \(taggings)")
        }
    }
}
