import Foundation
import OfficialAccount
import OfficialAccountClient
import Subprocess
import TagStoreConformance
import Testing
import WireTable

@testable import TaglineServer

/// Tests calls through the cloud gateway, which need no token.
@Suite struct CloudTests {
    private static let ok = #"{"errcode":0,"errmsg":"ok"}"#
    private static let tagging = "/cgi-bin/tags/members/batchtagging"
    private static let body = #"{"openid_list":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"],"tagid":134}"#

    private func post(_ path: String, _ body: String, to host: LiveHost) async throws -> WireResponse {
        try await host.send(WireRequest("POST", path, body: Array(body.utf8)))
    }

    private func invoke(_ body: String, on server: LiveServer) async throws -> String {
        try await post("/openapi/invoke", body, to: server.cloud).text.trimmingCharacters(in: .newlines)
    }

    @Test func `a caller can tag followers without a token through the cloud gateway`() async throws {
        try await withLiveSandbox { server in
            let answer = try await post(Self.tagging, Self.body, to: server.cloud)
            #expect(answer.text == Self.ok)
            #expect(answer.headers["x-openapi-seqid"]?.count == 16)
            let carried = try await post(
                "/cgi-bin/tags/getidlist", #"{"openid":"ocYxcuAEy30bX0NXmGn4ypqx3tI0"}"#, to: server.http)
            #expect(carried.text.contains("41001"), "the other listener still needs a token")
            let read = try await post(
                "/cgi-bin/tags/getidlist", #"{"openid":"ocYxcuAEy30bX0NXmGn4ypqx3tI0"}"#, to: server.cloud)
            #expect(read.text == #"{"tagid_list":[134]}"#)

            for (appID, code) in [
                (DemoWorld.uncertified.appID.rawValue, "48001"), (DemoWorld.subscription.appID.rawValue, "45159"),
                ("wxnobody", "40013"),
            ] {
                let other = try await post(Self.tagging + "?from_appid=\(appID)", Self.body, to: server.cloud)
                #expect(other.text.contains("\"errcode\":\(code)"), "\(appID): \(other.text)")
            }
            for (query, code) in [("access_token=never", "40001"), ("cloudbase_access_token=never", "41001")] {
                let own = try await post(Self.tagging + "?" + query, Self.body, to: server.cloud)
                #expect(own.text.contains("\"errcode\":\(code)"), "the server judges \(query): \(own.text)")
            }
            let token = try await WireRun.token(of: DemoWorld.uncertified, from: server.http)
            let own = try await post(Self.tagging + "?access_token=\(token)", Self.body, to: server.cloud)
            #expect(own.text.contains("48001"), "the call uses the account of its token, not the account of the server")
            for (name, value, status) in [
                ("Origin", "http://evil.example", 403), ("Origin", server.addresses.cloud, 403),
                ("Host", "evil.example", 403),
                ("Host", "api.weixin.qq.com", 200), ("Host", "localhost", 200),
            ] {
                let page = try await server.cloud.send(
                    WireRequest("POST", Self.tagging, headers: [(name, value)], body: Array(Self.body.utf8)))
                #expect(page.status == status, "\(name): \(value)")
            }
            for (query, code) in [("access_token=", "41001"), ("from_appid=", "40013")] {
                let empty = try await post(Self.tagging + "?" + query, Self.body, to: server.cloud)
                #expect(empty.text.contains("\"errcode\":\(code)"), "\(query): \(empty.text)")
            }
            let page = try await server.cloud.send(WireRequest("GET", "/cgi-bin/componentloginpage"))
            #expect(page.text.contains("40066"), "the cloud gateway does not have this page")
            let component = try await post("/cgi-bin/component/api_create_preauthcode", "{}", to: server.cloud)
            #expect(component.text.contains("41001"))
        }
    }

    @Test func `the SDK calls the cloud gateway without a token, and the API with a token`() async throws {
        try await withLiveSandbox { server in
            let cloud = CloudClient(baseURL: server.addresses.cloud)
            let openID = try #require(OpenID("ocYxcuAEy30bX0NXmGn4ypqx3tI0"))
            try await cloud.officialAccount.tags.batchTagging([openID], tag: 134)
            let other = CloudClient(baseURL: server.addresses.cloud, appID: DemoWorld.uncertified.appID)
            let failure = await #expect(throws: CallFailure.self) { try await other.officialAccount.tags.list() }
            guard case .refused(let error) = failure else { throw WireMismatch("\(failure as Any)") }
            #expect(error.code == .apiUnauthorized && error.rid != nil && error.message == "api unauthorized")

            let wechat = OfficialAccountClient(
                appID: DemoWorld.service.appID, secret: DemoWorld.service.secret,
                transport: HTTPTransport(baseURL: server.addresses.http))
            #expect(try await wechat.tags.tags(of: openID) == [134])
            let tag = try await wechat.tags.create(named: "广州")
            try await wechat.tags.rename(tag, to: "深圳")
            try await wechat.tags.batchTagging([openID], tag: tag)
            #expect(try await wechat.tags.list().last == Tag(id: tag, name: "深圳", count: 1))
            #expect(try await wechat.tags.followers(of: tag).openIDs == [openID])
            #expect(try await wechat.tags.followers(of: tag, after: openID).openIDs == [])
            try await wechat.tags.batchUntagging([openID], tag: tag)
            try await wechat.tags.delete(tag)
            #expect(try await wechat.followers.list().total == 1002)
            try await wechat.followers.setRemark("备注", of: openID)
            #expect(try await wechat.followers.profile(of: openID).following?.remark == "备注")
            let left = try #require(OpenID("ocYxcuDemoLeft00000000000001"))
            #expect(
                try await wechat.followers.profiles(of: [openID, left]).map { $0.following?.tagIDs } == [[134], nil])
            try await wechat.followers.batchBlacklist([openID])
            #expect(try await wechat.followers.blacklist().openIDs == [openID])
            try await wechat.followers.batchUnblacklist([openID])
            #expect(try await wechat.quotas.quota(of: BatchTagging.endpoint).perDay == 100_000)
            try await wechat.quotas.clear(BatchTagging.endpoint)
            try await wechat.quotas.clear()
            let refused = await #expect(throws: CallFailure.self) { try await wechat.tags.tags(of: left) }
            guard case .refused(let leftError) = refused, let rid = leftError.rid else {
                throw WireMismatch("\(refused as Any)")
            }
            #expect(try await wechat.requests.info(rid: rid).requestBody.contains("\(left)"))
            let example = try await shell(
                "'\(Program.example)'",
                environment: [
                    "WECHAT": server.addresses.http, "APP_ID": DemoWorld.service.appID.rawValue,
                    "APP_SECRET": DemoWorld.service.secret,
                ])
            #expect(example == "tagged 2 followers; the first carries [134]\n")
            // The client's token has expired. The next call of the client fetches a new token.
            _ = try await post("/sandbox/clock", #"{"advance_seconds":7300}"#, to: server.admin)
            #expect(try await wechat.tags.tags(of: openID) == [134])

            let gone = OfficialAccountClient(
                appID: "wx", secret: "x", transport: HTTPTransport(baseURL: "http://127.0.0.1:1"))
            let unreachable = await #expect(throws: CallFailure.self) { try await gone.tags.list() }
            #expect(unreachable?.mayHaveBeenApplied == false, "\(unreachable as Any)")
        }
    }

    @Test func `the cloud gateway accepts only calls whose paths are on the list`() async throws {
        try await withTemporaryDirectory { directory in
            let list = directory + "/paths"
            try Data("# tags\n\(Self.tagging)\r\n\n".utf8).write(to: URL(filePath: list))
            try await withLiveSandbox(arguments: ["--cloud-paths", list]) { server in
                #expect(try await post(Self.tagging, Self.body, to: server.cloud).text == Self.ok)
                let read = try await server.cloud.send(WireRequest("GET", "/cgi-bin/tags/get"))
                #expect(read.text.contains("\"errcode\":85107"), "\(read.text)")
                for path in [
                    "/cgi-bin/tags/members/../get", "/cgi-bin/tags%2Fget", "/cgi-bin/tags/get%3F", "//cgi-bin/tags/get",
                ] {
                    let answer = try await server.cloud.send(WireRequest("GET", path)).text
                    #expect(answer.contains("85107") || answer.contains("40066"), "\(path): \(answer)")
                }
            }
            for line in [
                "/cgi-bin/../x", "/cgi-bin/tags%2Fget", "/cgi-bin/tags/get?x=1", "https://h/cgi-bin", "cgi-bin", "/*x",
            ] {
                try Data("/cgi-bin/tags/get\n\(line)\n".utf8).write(to: URL(filePath: list))
                let refused = try await runProgram(["sandbox", "--cloud-paths", list])
                #expect(
                    refused.status == .exited(64) && refused.errors.contains("line 2 of \(list) is not a path"),
                    "\(line)")
            }
        }
    }

    @Test func `calls by name get answers in the form of the platform's cloud SDK`() async throws {
        try await withTemporaryDirectory { directory in
            let config = directory + "/config.json"
            let names = ["batchTagging", "getUserTagList", "create", "get"].map { "\"officialAccount.tags.\($0)\"" }
            try Data(#"{"permissions":{"openapi":[\#(names.joined(separator: ","))]}}"#.utf8).write(
                to: URL(filePath: config))
            try await withLiveSandbox(arguments: ["--cloud-config", config]) { server in
                let name = "officialAccount.tags.batchTagging"
                let list = #"["ocYxcuAEy30bX0NXmGn4ypqx3tI0"]"#
                for key in ["openidList", "openid_list"] {
                    #expect(
                        try await invoke(#"{"api":"\#(name)","data":{"\#(key)":\#(list),"tagid":134}}"#, on: server)
                            == #"{"errCode":0,"errMsg":"openapi.\#(name):ok"}"#)
                }
                let tags = try await invoke(
                    #"{"api":"officialAccount.tags.getUserTagList","data":{"openid":"ocYxcuAEy30bX0NXmGn4ypqx3tI0"}}"#,
                    on: server)
                #expect(
                    tags
                        == #"{"tagidList":[134],"errCode":0,"errMsg":"openapi.officialAccount.tags.getUserTagList:ok"}"#
                )
                let made = try await invoke(
                    #"{"api":"officialAccount.tags.create","data":{"tag":{"name":"云"}}}"#, on: server)
                #expect(made.hasPrefix(#"{"tag":{"id":135,"name":"云"},"errCode":0,"#), "\(made)")
                #expect(try await invoke(#"{"api":"officialAccount.tags.get"}"#, on: server).contains(#""errCode":0"#))

                for (body, expected) in [
                    // The gateway changes tagId to tag_id, but the parameter has the name tagid.
                    (
                        #""data":{"openidList":\#(list),"tagId":134}"#,
                        #"{"errCode":45159,"errMsg":"openapi.\#(name):fail invalid tag id"#
                    ),
                    (
                        #""appid":"wxnobody","data":{}"#,
                        #"{"errCode":40013,"errMsg":"openapi.\#(name):fail invalid appid"#
                    ),
                    (#""convertCase":false,"data":{"openidList":\#(list),"tagid":134}"#, #"{"errCode":40032,"#),
                    (
                        #""appid":"wx2c4e6a8091b3d5f7","data":{}"#,
                        #"{"errCode":48001,"errMsg":"openapi.\#(name):fail api unauthorized"#
                    ),
                ] {
                    let answer = try await invoke(#"{"api":"\#(name)",\#(body)}"#, on: server)
                    #expect(answer.hasPrefix(expected), "\(body): \(answer)")
                }
                for (body, code) in [
                    (#"{"api":"officialAccount.tags.nothing"}"#, -604_100),
                    (#"{"api":"officialAccount.tags.delete"}"#, -604_101),
                    ("{}", -501_007), ("nonsense", -501_007), (#"{"api":"\#(name)","data":[]}"#, 47001),
                    (#"{"api":"officialAccount.tags.get","data":"x"}"#, 47001),
                ] {
                    let answer = try await invoke(body, on: server)
                    #expect(answer.hasPrefix("{\"errCode\":\(code),"), "\(body): \(answer)")
                }
            }
            try Data("{}".utf8).write(to: URL(filePath: config))
            let refused = try await runProgram(["sandbox", "--cloud-config", config])
            #expect(refused.status == .exited(64) && refused.errors.contains("is not of the form"), "\(refused.errors)")
        }
    }

    @Test func `the server writes a token to a file for callers on its machine, and renews the token`() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/cloudbase_access_token"
            let socket = directory + "/cloud.sock"
            let account = DemoWorld.service.appID.rawValue
            try await withLiveSandbox(
                arguments: ["--cloud-token-file", file, "--cloud-account", account, "--cloud-socket", socket]
            ) { server in
                func advance(_ seconds: Int) async throws {
                    _ = try await post("/sandbox/clock", "{\"advance_seconds\":\(seconds)}", to: server.admin)
                }
                /// Waits until the file has a token that is not `old`, and returns the new token.
                func token(after old: String = "") async throws -> String {
                    while true {
                        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
                        if text != old { return text }
                        _ = try await server.admin.send(WireRequest("GET", "/healthz"))
                    }
                }
                let first = try await token()
                let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
                #expect(mode == 0o600)
                for host in [server.cloud, server.http] {
                    let answer = try await post(Self.tagging + "?cloudbase_access_token=\(first)", Self.body, to: host)
                    #expect(answer.text == Self.ok)
                }
                try await advance(600)
                let second = try await token(after: first)
                for token in [first, second] {
                    let answer = try await post(
                        Self.tagging + "?cloudbase_access_token=\(token)", Self.body, to: server.http)
                    #expect(answer.text == Self.ok)
                }
                try await advance(1200)
                let never = try await post(Self.tagging + "?cloudbase_access_token=never", Self.body, to: server.http)
                #expect(never.text.contains("\"errcode\":40001"), "\(never.text)")
                let stale = try await post(
                    Self.tagging + "?cloudbase_access_token=\(first)", Self.body, to: server.http)
                #expect(stale.text.contains("\"errcode\":42001"), "\(stale.text)")

                // A caller over the socket has no IP address, and the account allows only 127.0.0.1 to fetch tokens.
                let allowed = #"{"allowed_addresses":["127.0.0.1"]}"#
                _ = try await server.admin.send(
                    WireRequest("PATCH", "/accounts/\(account)", body: Array(allowed.utf8)))
                let query = "grant_type=client_credential&appid=\(account)&secret=\(DemoWorld.service.secret)"
                let refused = try await shell("curl -s --unix-socket '\(socket)' 'http://cloud/cgi-bin/token?\(query)'")
                #expect(refused.contains("40164"), "\(refused)")
                let rival = try await runProgram([
                    "sandbox", "--http-port", "0", "--https-port", "0", "--admin-port", "0", "--cloud-port", "0",
                    "--cloud-socket", socket,
                ])
                #expect(rival.errors.contains("another server listens on"), "\(rival.errors)")
                let curl = try await shell(
                    "curl -s --unix-socket '\(socket)' http://cloud\(Self.tagging) -d '\(Self.body)'")
                #expect(curl == Self.ok)
            }
            #expect(!FileManager.default.fileExists(atPath: file), "the server deletes the file when it stops")
            // The server does not change a file that it has not created.
            let precious = directory + "/precious/file"
            try FileManager.default.createDirectory(atPath: directory + "/precious", withIntermediateDirectories: true)
            try Data("kept".utf8).write(to: URL(filePath: precious))
            for place in [directory + "/precious", directory + "/nowhere/token"] {
                let refused = try await runProgram([
                    "sandbox", "--http-port", "0", "--https-port", "0", "--admin-port", "0", "--cloud-port", "0",
                    "--cloud-token-file", place,
                ])
                #expect(refused.status == .exited(1) && refused.errors.contains("cannot be written to \(place)"))
            }
            #expect(try String(contentsOfFile: precious, encoding: .utf8) == "kept")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == ["precious"])
        }
    }

    @Test func `tagline serve opens the cloud gateway only on request, and only for the listed calls`() async throws {
        try await withTemporaryDirectory { directory in
            try await withLiveSandbox("serve", data: directory + "/store") { server in
                #expect(server.addresses.cloud.isEmpty)
            }
            let alone = try await runProgram([
                "serve", "--data", directory + "/store", "--cloud-token-file", directory + "/t",
            ])
            #expect(alone.status == .exited(64) && alone.errors.contains("--cloud-account"), "\(alone.errors)")
            try await withLiveSandbox(
                "serve", data: directory + "/store", arguments: ["--cloud-account", "wxmine"]
            ) { server in
                let unlisted = try await post(Self.tagging, Self.body, to: server.cloud)
                #expect(unlisted.text.contains("85107"))
                let name = "officialAccount.tags.get"
                #expect(try await invoke(#"{"api":"\#(name)"}"#, on: server).contains("-604101"))
            }
        }
    }
}
