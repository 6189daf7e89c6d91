import Foundation
import Subprocess
import TagStoreConformance
import TaglineServer
import TestStore
import Testing
import WireTable

/// Tests the commands that use a database, and the errors of these commands.
@Suite(.enabled(if: !TestStore.url.isEmpty)) struct DatabaseCommandTests {
    private static func name() -> String { TestStore.schemaName(for: UUID().uuidString) }

    private static func database(_ name: String) -> [String] { ["--store", TestStore.url, "--database-schema", name] }

    @Test(.enabled(if: !TestStore.isPostgres, "the test begins with a file"))
    func `tagline state copy copies a world from a file to a database and back, any number of times`() async throws {
        try await withTemporaryDirectory { directory in
            let (data, back) = (directory + "/data", directory + "/back")
            try await withLiveSandbox(data: data) { server in
                let run = try await WireRun(host: server.http)
                let answer = try await run.send(
                    WireRequest(
                        "POST", "/cgi-bin/tags/members/batchtagging?access_token={service}",
                        body: Array(#"{"openid_list":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"],"tagid":134}"#.utf8)))
                #expect(answer.text == #"{"errcode":0,"errmsg":"ok"}"#)
            }
            let name = Self.name()
            let copy = ["state", "copy", "--from", data, "--to", TestStore.url, "--database-schema", name]
            let early = try await runProgram(copy)
            #expect(early.status == .exited(1) && early.errors.contains("run tagline migrate"), "\(early.errors)")

            let made = try await runProgram(["migrate"] + Self.database(name))
            #expect(made.status.isSuccess && made.output.contains("up to date"), "\(made.errors)")
            let first = try await runProgram(copy)
            #expect(first.status.isSuccess, "\(first.errors)")
            #expect(
                first.output.contains("3 accounts (3 copied now), 1,103 followers, 21 taggings, 1 platform."),
                "\(first.output)")
            let again = try await runProgram(copy)
            #expect(again.status.isSuccess && again.output.contains("(0 copied now)"), "\(again.output)\(again.errors)")

            try await withLiveSandbox(arguments: Self.database(name)) { server in
                let run = try await WireRun(host: server.http)
                let answer = try await run.send(
                    WireRequest(
                        "POST", "/cgi-bin/user/tag/get?access_token={service}", body: Array(#"{"tagid":134}"#.utf8)))
                #expect(answer.text.contains("ocYxcuAEy30bX0NXmGn4ypqx3tI0"), "\(answer.text)")
                _ = try await server.admin.send(
                    WireRequest("POST", "/accounts", body: Array(#"{"appid":"wxmine","kind":"service"}"#.utf8)))
            }
            let production = try await runProgram(
                ["serve", "--http-port", "0", "--admin-port", "0"] + Self.database(name))
            #expect(production.errors.contains("holds the data of a sandbox"), "\(production.errors)")

            let home = try await runProgram(
                ["state", "copy", "--from", TestStore.url, "--to", back, "--database-schema", name])
            #expect(
                home.status.isSuccess && home.output.contains("4 accounts (4 copied now)"),
                "\(home.output)\(home.errors)")
            let differs = try await runProgram(copy.map { $0 == data ? back : $0 == TestStore.url ? data : $0 })
            #expect(
                differs.status == .exited(1) && differs.errors.contains("differs; it was not changed"),
                "\(differs.errors)")
            #expect(!first.output.contains("://") && first.output.contains("of the database"), "\(first.output)")
        }
    }

    @Test(arguments: [
        (["serve", "--store", "postgres://127.0.0.1:1/x"], "the database cannot be used: "),
        (["serve", "--store", "mysql://127.0.0.1/x"], "is not of the form postgres://"),
        (["serve", "--store", "postgres://u:se/cret@127.0.0.1/x"], "is not of the form postgres://"),
        (["serve", "--store", "postgres://u:se/cret?x=1"], "is not of the form postgres://"),
        (["serve", "--store", "postgres://u@127.0.0.1:se/cret/x"], "with a number for the port"),
        (
            ["serve", "--store", "postgres://u:p@127.0.0.1/x?sslmod=se/cret"],
            "--store: the address of the database has the parameter sslmod,"
        ),
        (["serve", "--store", "URL", "--data", "/tmp/x"], "two places"),
        (["serve", "--store", "URL", "--database-connections", "0"], "not a whole number from 1 to 1000"),
        (["serve", "--store", "URL", "--database-writers", "9"], "not a whole number from 1 to 8"),
        (
            ["serve", "--store", "URL", "--database-schema", "No!"],
            "--database-schema: No! cannot be the name of the schema"
        ),
        (["serve", "--store", "URL", "--database-schema", "nothing_there"], "run tagline migrate"),
        (["serve", "--store", "URL/no_such_database"], #"database "postgres/no_such_database" does not exist"#),
        (["migrate", "--store", "URL?user=nobody_there"], "nobody_there"),
        (["migrate"], "TAGLINE_STORE"),
        (["migrate", "--store", "URL", "--distribute"], "no Citus extension"),
        (["state", "copy", "--from", "/tmp", "--to", "URL"], "holds no data"),
        (
            ["state", "copy", "--from", "postgres://127.0.0.1/x?a=b", "--to", "URL"],
            "--from: the address of the database"
        ),
        (["state", "copy", "--from", "URL", "--to", ""], "--to is empty"),
        (["state", "copy", "--from", "URL", "--to", "postgres:/u:se/cret@127.0.0.1/x"], "--to is not an address"),
    ])
    func `a mistake about a database is reported in one line`(arguments: [String], expected: String) async throws {
        let ports = arguments[0] == "serve" ? ["--http-port", "0", "--admin-port", "0"] : []
        let result = try await runProgram(arguments.map { $0.replacing("URL", with: TestStore.url) } + ports)
        #expect(!result.status.isSuccess)
        #expect(result.errors.contains(expected), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        #expect(!result.errors.contains("se/cret"))
    }

    @Test(.enabled(if: !TestStore.isPostgres, "the test needs stores in files"))
    func `tagline state copy never mixes the data of a sandbox with the data of production`() async throws {
        try await withTemporaryDirectory { directory in
            let (sandbox, production) = (directory + "/sandbox", directory + "/production")
            try await withLiveSandbox(data: sandbox) { _ in }
            try await withLiveSandbox("serve", data: production) { server in
                _ = try await server.admin.send(
                    WireRequest("POST", "/accounts", body: Array(#"{"appid":"wxmine","kind":"service"}"#.utf8)))
            }
            for (from, to) in [(sandbox, production), (production, sandbox)] {
                let result = try await runProgram(["state", "copy", "--from", from, "--to", to])
                #expect(result.status == .exited(1) && result.errors.contains("nothing was copied"), "\(result.errors)")
            }
            try await withLiveSandbox("serve", data: production) { server in
                let accounts = try await server.admin.send(WireRequest("GET", "/accounts"))
                #expect(accounts.text.contains("wxmine") && !accounts.text.contains("\(DemoWorld.service.appID)"))
            }
        }
    }

    @Test(.enabled(if: !TestStore.isPostgres, "the test needs stores in files"))
    func `tagline state copy does not change a third-party platform that differs in the target`() async throws {
        try await withTemporaryDirectory { directory in
            for pushing in [true, false] {
                try await withLiveSandbox("serve", data: "\(directory)/\(pushing)") { server in
                    _ = try await server.admin.send(
                        WireRequest(
                            "POST", "/platforms", body: Array(#"{"appid":"wxplatform","permission_sets":[2]}"#.utf8)))
                    _ = try await server.admin.send(
                        WireRequest("PATCH", "/platforms/wxplatform", body: Array(#"{"pushing":\#(pushing)}"#.utf8)))
                }
            }
            let result = try await runProgram(
                ["state", "copy", "--from", directory + "/true", "--to", directory + "/false"])
            #expect(
                result.status == .exited(1) && result.errors.contains("platform wxplatform is in")
                    && result.errors.contains("differs; it was not changed"), "\(result.errors)")
            try await withLiveSandbox("serve", data: directory + "/false") { server in
                let platforms = try await server.admin.send(WireRequest("GET", "/platforms"))
                #expect(platforms.text.contains(#""pushing":false"#), "\(platforms.text)")
            }
        }
    }

    @Test func `a user without the right to create a schema can use an existing schema`() async throws {
        let name = Self.name()
        let (user, migrate) = (name + "_user", ["migrate", "--database-schema", name, "--store"])
        let psql = "psql -q '\(TestStore.url)' -v ON_ERROR_STOP=1 -c "
        _ = try await shell(psql + "'CREATE ROLE \(user) LOGIN; CREATE SCHEMA \(name)'")
        let refused = try await runProgram(migrate + [TestStore.url + "?user=\(user)"])
        #expect(
            refused.status == .exited(1) && refused.errors.contains("GRANT ALL ON SCHEMA \(name)"),
            "\(refused.errors)")
        _ = try await shell(psql + "'GRANT ALL ON SCHEMA \(name) TO \(user)'")
        let made = try await runProgram(migrate + [TestStore.url + "?user=\(user)"])
        #expect(made.status.isSuccess && made.output.contains("1 migration step"), "\(made.errors)")
    }

    @Test func `the server refuses tables of an older or newer version, and the message says what to do`() async throws
    {
        let name = Self.name()
        _ = try TestStore.migrate(name)
        for (change, expected) in [
            ("UPDATE \(name).migration SET number = number + 1 WHERE number > 0", "start a newer version of Tagline"),
            ("DELETE FROM \(name).migration", "run tagline migrate"),
        ] {
            _ = try await shell("psql -q '\(TestStore.url)' -c \"\(change)\"")
            let result = try await runProgram(["serve", "--http-port", "0", "--admin-port", "0"] + Self.database(name))
            #expect(result.status == .exited(1) && result.errors.contains(expected), "\(result.errors)")
            guard change.hasPrefix("UPDATE") else { continue }
            let migration = try await runProgram(["migrate", "--store", TestStore.url, "--database-schema", name])
            #expect(migration.status == .exited(1) && migration.errors.contains(expected), "\(migration.errors)")
        }
    }
}
