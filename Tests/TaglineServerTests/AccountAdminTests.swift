import Foundation
import OfficialAccount
import TagStore
import TaglineServer
import Testing
import WireTable

@Suite struct AccountAdminTests {
    private func send(
        _ method: String, _ path: String, _ body: String = "", to host: any WireHost
    ) async throws -> (status: Int, object: [String: Any]) {
        let answer = try await host.send(WireRequest(method, path, body: Array(body.utf8)))
        let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        return (answer.status, object ?? [:])
    }

    private func token(_ appID: String, _ secret: String, from host: any WireHost) async throws -> [String: Any] {
        try await send(
            "GET", "/cgi-bin/token?grant_type=client_credential&appid=\(appID)&secret=\(secret)", to: host
        ).object
    }

    @Test func `the admin plane creates an account, changes it and replaces its secret`() async throws {
        try await withSandbox { sandbox in
            let made = try await send(
                "POST", "/accounts", #"{"appid":"wxmine","kind":"service"}"#, to: sandbox.admin)
            #expect(made.status == 201)
            let secret = try #require(made.object["secret"] as? String)
            #expect(secret.count == 32)
            let access = try #require(try await token("wxmine", secret, from: sandbox.host)["access_token"] as? String)

            let imported = try await send(
                "POST", "/accounts/wxmine/followers", "openid\noMine00000000000000000000001\n", to: sandbox.admin)
            #expect(imported.object["changed"] as? Int == 1)
            let created = try await send(
                "POST", "/cgi-bin/tags/create?access_token=\(access)", #"{"tag":{"name":"mine"}}"#, to: sandbox.host)
            #expect((created.object["tag"] as? [String: Any])?["id"] as? Int == 100)
            let shown = try await send("GET", "/accounts/wxmine", to: sandbox.admin)
            #expect(shown.object["followers"] as? Int == 1 && shown.object["tags"] as? Int == 1)
            #expect(shown.object["secret"] == nil)

            let tags = "/cgi-bin/tags/get?access_token=\(access)"
            _ = try await send("PATCH", "/accounts/wxmine", #"{"certified":false}"#, to: sandbox.admin)
            #expect(try await send("GET", tags, to: sandbox.host).object["errcode"] as? Int == 48001)
            _ = try await send("PATCH", "/accounts/wxmine", #"{"certified":true,"frozen":true}"#, to: sandbox.admin)
            #expect(try await send("GET", tags, to: sandbox.host).object["errcode"] as? Int == 50002)
            #expect(try await token("wxmine", secret, from: sandbox.host)["errcode"] as? Int == 50002)
            _ = try await send(
                "PATCH", "/accounts/wxmine", #"{"frozen":false,"secret_frozen":true}"#, to: sandbox.admin)
            #expect(try await send("GET", tags, to: sandbox.host).object["errcode"] == nil)
            #expect(try await token("wxmine", secret, from: sandbox.host)["errcode"] as? Int == 40243)
            _ = try await send("PATCH", "/accounts/wxmine", #"{"secret_frozen":false}"#, to: sandbox.admin)

            let rotated = try await send("POST", "/accounts/wxmine/secret", to: sandbox.admin)
            let another = try #require(rotated.object["secret"] as? String)
            #expect(try await send("GET", tags, to: sandbox.host).object["errcode"] as? Int == 40001)
            #expect(try await token("wxmine", secret, from: sandbox.host)["errcode"] as? Int == 40125)
            #expect(try await token("wxmine", another, from: sandbox.host)["access_token"] != nil)
        }
    }

    @Test(arguments: [
        ("POST", "/accounts", "", 400), ("POST", "/accounts", "{}", 400),
        ("POST", "/accounts", #"{"appid":"a b","kind":"service"}"#, 400),
        ("POST", "/accounts", #"{"appid":"a","kind":"other"}"#, 400),
        ("POST", "/accounts", #"{"appid":"a","kind":"service","secret":"short"}"#, 400),
        ("POST", "/accounts", #"{"appid":"a","kind":"service","allowed_addresses":["localhost"]}"#, 400),
        ("POST", "/accounts", #"{"appid":"wx5ad0c4e6b81f2793","kind":"service"}"#, 409),
        ("POST", "/accounts", #"{"appid":"\#(DemoWorld.platform.appID)","kind":"service"}"#, 409),
        ("POST", "/accounts", #"{"appid":"a","kind":"service","certfied":true}"#, 400),
        ("POST", "/accounts", #"{"appid":"a","kind":"service",}"#, 400), ("POST", "/accounts", "[]", 400),
        ("PATCH", "/accounts/wx5ad0c4e6b81f2793", #"{"limits":{"tags_per_follower":0}}"#, 400),
        ("PATCH", "/accounts/wx5ad0c4e6b81f2793", #"{"limits":{"tags":1}}"#, 400),
        ("PATCH", "/accounts/wx5ad0c4e6b81f2793", #"{"limits":[]}"#, 400),
        ("PATCH", "/accounts/wx5ad0c4e6b81f2793", #"{"quotas":{"/cgi-bin/tags/get":{"per_day":-1}}}"#, 400),
        ("PATCH", "/accounts/wx5ad0c4e6b81f2793", #"{"quotas":{"/cgi-bin/nothing":{"per_day":1}}}"#, 400),
        ("PATCH", "/accounts/wx5ad0c4e6b81f2793", #"{"certified":1}"#, 400),
        ("GET", "/accounts/nobody", "", 404), ("PATCH", "/accounts/nobody", "{}", 404),
        ("PATCH", "/accounts/wx5ad0c4e6b81f2793", #"{"certified":"yes"}"#, 400),
        ("POST", "/accounts/nobody/secret", "", 404), ("POST", "/accounts/nobody/followers", "x", 404),
        ("GET", "/accounts/nobody/followers", "", 404), ("GET", "/nothing", "", 404),
    ])
    func `a refused request gets an error text and changes nothing`(
        method: String, path: String, body: String, status: Int
    )
        async throws
    {
        try await withSandbox { sandbox in
            let before = try await sandbox.admin.send(WireRequest("GET", "/accounts")).text
            let answer = try await send(method, path, body, to: sandbox.admin)
            #expect(answer.status == status)
            #expect((answer.object["error"] as? String)?.isEmpty == false)
            #expect(try await sandbox.admin.send(WireRequest("GET", "/accounts")).text == before)
        }
    }

    @Test(arguments: ["/accounts/\(DemoWorld.service.appID)", "/platforms/\(DemoWorld.platform.appID)"])
    func `the server compares allowed addresses in the form in which it writes the addresses of callers`(path: String)
        async throws
    {
        try await withSandbox { sandbox in
            let changed = try await send(
                "PATCH", path, #"{"allowed_addresses":["::ffff:192.0.2.7","2001:DB8:0::1"]}"#, to: sandbox.admin)
            #expect(changed.status == 200)
            #expect(changed.object["allowed_addresses"] as? [String] == ["192.0.2.7", "2001:db8::1"])
        }
    }

    @Test func `an account can have limits and quotas of its own`() async throws {
        try await withSandbox { sandbox in
            let path = "/accounts/\(DemoWorld.service.appID)"
            let run = try await WireRun(host: sandbox.host)
            func tag(_ count: Int) async throws -> String {
                let list = (1...count).map { "\"\(DemoWorld.follower($0, prefix: "ocYxcu"))\"" }.joined(separator: ",")
                let body = Array("{\"openid_list\":[\(list)],\"tagid\":134}".utf8)
                let call = "/cgi-bin/tags/members/batchtagging?access_token={service}"
                return try await run.send(WireRequest("POST", call, body: body)).text
            }
            #expect(try await tag(51).contains("40032"))
            let limits = #"{"openids_per_call":51,"tags_per_account":1}"#
            let quotas = #"{"/cgi-bin/tags/members/batchtagging":{"per_day":2}}"#
            let changed = try await sandbox.admin.send(
                WireRequest("PATCH", path, body: Array("{\"limits\":\(limits),\"quotas\":\(quotas)}".utf8)))
            #expect(changed.text.contains("\"limits\":\(limits),\"quotas\":\(quotas)"))
            #expect(try await tag(51) == #"{"errcode":0,"errmsg":"ok"}"#)
            #expect(try await tag(52).contains("40032"))
            #expect(try await tag(1).contains("45009"))
            let create = WireRequest(
                "POST", "/cgi-bin/tags/create?access_token={service}", body: Array(#"{"tag":{"name":"x"}}"#.utf8))
            #expect(try await run.send(create).text.contains("45056"))
            _ = try await send("PATCH", path, #"{"limits":{},"quotas":{}}"#, to: sandbox.admin)
            #expect(try await tag(1) == #"{"errcode":0,"errmsg":"ok"}"#)
        }
    }

    @Test func `the admin plane reads openids from lines of any form, adds the followers and removes them`()
        async throws
    {
        try await withSandbox { sandbox in
            let path = "/accounts/\(DemoWorld.subscription.appID)/followers"
            let followers = (201...203).map { DemoWorld.follower($0, prefix: "ohK2su") }
            for lines in [
                followers.joined(separator: "\n"), "OpenID,name\r\n" + followers.map { "\($0),x\r\n" }.joined(),
                "name,openid\n" + followers.map { "\"a, b\",\"\($0)\"\n" }.joined(),
                followers.map { "{\"openid\":\"\($0)\",\"x\":1}\n" }.joined(),
                "\u{FEFF}openid\n\n  \(followers[0])  \n",
            ] {
                let answer = try await send("POST", path, lines, to: sandbox.admin)
                #expect(answer.object["broken"] as? Int == 0, "\(lines): \(answer.object)")
                let exported = try await sandbox.admin.send(WireRequest("GET", path)).text
                #expect(exported.hasPrefix("openid\n" + DemoWorld.follower(1, prefix: "ohK2su")))
                #expect(exported.contains(followers[0]))
                _ = try await send("POST", path + "/remove", lines, to: sandbox.admin)
                #expect(try await !sandbox.admin.send(WireRequest("GET", path)).text.contains(followers[0]))
            }
        }
    }

    @Test func `the answer lists the numbers of broken lines, and the followers in the other lines are added`()
        async throws
    {
        try await withSandbox { sandbox in
            let path = "/accounts/\(DemoWorld.subscription.appID)/followers"
            let good = DemoWorld.follower(300, prefix: "ohK2su")
            let lines = "openid\n\(good)\nnonsense\n" + String(repeating: "x", count: 100_000) + "\n\(good)\n\0\n"
            let answer = try await send("POST", path, lines, to: sandbox.admin)
            #expect(answer.object["openids"] as? Int == 2 && answer.object["changed"] as? Int == 1)
            #expect(answer.object["broken"] as? Int == 3)
            let errors = (answer.object["errors"] as? [[String: Any]])?.compactMap { $0["line"] as? Int }
            #expect(errors == [3, 4, 6])
            let empty = try await send("POST", path, "", to: sandbox.admin)
            #expect(empty.object["openids"] as? Int == 0 && empty.object["broken"] as? Int == 0)
        }
    }

    @Test func `the OpenAPI document names every route`() async throws {
        try await withSandbox { sandbox in
            let document = try await send("GET", "/openapi.json", to: sandbox.admin).object
            #expect(document["openapi"] as? String == "3.1.0")
            let paths = try #require(document["paths"] as? [String: [String: Any]])
            #expect(Set(paths["/accounts"]?.keys.map { $0 } ?? []) == ["get", "post"])
            for (path, operations) in paths {
                for method in operations.keys {
                    let real = path.replacingOccurrences(of: "{appid}", with: DemoWorld.subscription.appID.rawValue)
                        .replacingOccurrences(of: "{id}", with: "100")
                    let answer = try await sandbox.admin.send(WireRequest(method.uppercased(), real))
                    #expect(answer.status != 405 && !answer.text.contains("nothing at this path"), "\(method) \(path)")
                    let other = try await sandbox.admin.send(WireRequest("TRACE", real))
                    #expect(other.status == 405 && other.headers["allow"]?.contains(method.uppercased()) == true)
                }
            }
        }
    }
}
