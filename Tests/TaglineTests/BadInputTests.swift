import Foundation
import OfficialAccount
import Subprocess
import SystemPackage
import TagStoreConformance
import TaglineServer
import Testing
import WireTable

/// Tests `tagline tag` with wrong input and with servers that fail. For each fault, the command prints one clear
/// message, ends with an exit code, and loses nothing.
@Suite struct BadInputTests {
    private static let tags = #"{"tags":[{"id":134,"name":"广东","count":0}]}"#
    private static let token = #"{"access_token":"t","expires_in":7200}"#
    private static let quota =
        #"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":100000,"used":0,"remain":100000}}"#
    private static let ok = #"{"errcode":0,"errmsg":"ok"}"#

    private static func usual(_ line: String) -> String {
        if line.contains("stable_token") { return token }
        if line.contains("/tags/get?") { return tags }
        return line.contains("quota/get") ? quota : ok
    }

    private func tagline(
        _ arguments: [String], in directory: String, at address: String, shell: String = "",
        environment: [String: String] = [:]
    ) async throws -> Ended {
        let own = [
            "TAGLINE_APP_ID": "\(DemoWorld.service.appID)", "TAGLINE_APP_SECRET": "a secret of mine",
            "TAGLINE_BASE_URL": address,
        ]
        return try await runUnderBash(
            shell + plainRun, arguments, in: directory, environment: own.merging(environment) { $1 })
    }

    private func withFile(_ count: Int = 300, _ body: (_ directory: String) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let lines = (0..<count).map(BulkCommandTests.openID).joined(separator: "\n")
            try Data(lines.utf8).write(to: URL(filePath: directory + "/file"))
            try await body(directory)
        }
    }

    private static let command = ["tag", "--tag", "134", "--file", "file", "--progress", "none"]

    /// Checks that the command ended with the exit code `code` and one line on standard error, and left no run file.
    private func expectRefusal(
        _ ended: Ended, code: Int = 1, _ part: String, in directory: String,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(ended.code == code && ended.errors.contains(part), "\(ended)", sourceLocation: location)
        #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)", sourceLocation: location)
        #expect(!ended.errors.contains("secret of mine"), sourceLocation: location)
        #expect(!FileManager.default.fileExists(atPath: directory + "/file.run"), sourceLocation: location)
    }

    @Test func `the command reports an address without a WeChat API before the run begins`() async throws {
        try await withFile { directory in
            let away = try await tagline(Self.command, in: directory, at: "http://127.0.0.1:1")
            try expectRefusal(away, "could not be reached: the connection was refused", in: directory)
            let odd = try await tagline(Self.command, in: directory, at: "ftp://x")
            try expectRefusal(odd, code: 64, "\"ftp://x\" is not an address", in: directory)
            for (answer, part) in [
                (
                    BadServer.Answer.text("<html>Welcome</html>"),
                    "is not a WeChat API, or a proxy in front of it answered"
                ),
                (.text("<html>", status: "502 Bad Gateway"), "the server answered HTTP 502"),
                (.text(#"{"access_token":"#), "is not a WeChat API"),
                (
                    .cut("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
                    "the connection ended before the whole answer had come"
                ),
                (.cut(""), "gave no valid answer"),
                (
                    .text(#"{"errcode":40125,"errmsg":"invalid appsecret, rid: 66b5fb8f-5e3c0071-3d7f539a"}"#),
                    "40125 invalid appsecret (rid 66b5fb8f"
                ),
                (.text(#"{"errcode":40013,"errmsg":"invalid appid"}"#), "40013 invalid appid"),
            ] {
                try await BadServer.with({ _, _, _ in answer }) { server in
                    let ended = try await tagline(Self.command, in: directory, at: server.address)
                    try expectRefusal(ended, part, in: directory)
                }
            }
        }
    }

    @Test func `the command reports a missing or unusable file or tag in one line`() async throws {
        try await withFile { directory in
            try await BadServer.with({ line, _, _ in .text(Self.usual(line)) }) { server in
                func ended(_ arguments: String..., environment: [String: String] = [:]) async throws -> Ended {
                    try await tagline(arguments, in: directory, at: server.address, environment: environment)
                }
                try expectRefusal(
                    await ended("tag", "--tag", "134", "--file", "nowhere"), "there is no file nowhere", in: directory)
                try expectRefusal(
                    await ended("tag", "--tag", "134", "--file", "."), ". cannot be read: it is a directory",
                    in: directory)
                try expectRefusal(
                    await ended("tag", "--tag", "nobody", "--file", "file"), "the account has no tag \"nobody\"",
                    in: directory)
                try expectRefusal(
                    await ended(
                        "tag", "--tag", "134", "--file", "file", environment: ["TAGLINE_APP_SECRET": ""]), code: 64,
                    "secret is missing", in: directory)
                try expectRefusal(
                    await ended("tag", "--tag", "134", "--file", "file", "--secret-file", "nowhere"), code: 64,
                    "cannot be read from nowhere", in: directory)
                try expectRefusal(
                    await ended("tag", "--tag", "134", "--file", "file", "--ca", "file"), code: 64,
                    "file holds no certificates", in: directory)
                try expectRefusal(
                    await ended("tag", "--tag", "134", "--file", "file", "--run-file", "/nowhere/run"),
                    "/nowhere/run: it cannot be created", in: directory)
                try Data("user,name\n1,2\n".utf8).write(to: URL(filePath: directory + "/other"))
                try expectRefusal(
                    await ended("tag", "--tag", "134", "--file", "other"), "no column named openid", in: directory)
                try Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(
                    to: URL(filePath: directory + "/other"))
                try expectRefusal(
                    await ended("tag", "--tag", "134", "--file", "other"),
                    "other cannot be used: it is not text in UTF-8", in: directory)
                try expectRefusal(
                    await ended("tag", "--undo", "--file", "file"), "there is no run file file.run", in: directory)
                #expect(!FileManager.default.fileExists(atPath: directory + "/other.run"))
                try Data().write(to: URL(filePath: directory + "/other"))
                let empty = try await ended("tag", "--tag", "134", "--file", "other", "--progress", "none")
                #expect(empty.code == 1 && empty.errors.contains("other names no follower"), "\(empty)")
                for files in [["--rejects", "file"], ["--run-file", "file"], ["--rejects", "file.run"]] {
                    let same = try await tagline(Self.command + files, in: directory, at: server.address)
                    try expectRefusal(same, code: 64, "name another file with --", in: directory)
                }
                let again = try await ended("tag", "--tag", "134", "--file", "x.rejects.csv", "--run-file", "x.run")
                try expectRefusal(again, code: 64, "rename it first", in: directory)
                try Data().write(to: URL(filePath: directory + "/secret"))
                try expectRefusal(
                    await ended("tag", "--tag", "134", "--file", "file", "--secret-file", "secret"), code: 64,
                    "there is no secret in secret", in: directory)
            }
        }
    }

    @Test func `a command does not change the run file of another run`() async throws {
        try await withFile { directory in
            try await BadServer.with({ line, _, number in
                line.contains("batchtagging") && number > 5
                    ? .text(#"{"errcode":45009,"errmsg":"reach max api daily quota limit"}"#) : .text(Self.usual(line))
            }) { server in
                let first = try await tagline(Self.command, in: directory, at: server.address)
                #expect(first.code == 3, "\(first)")
                func ended(_ arguments: String..., environment: [String: String] = [:]) async throws -> Ended {
                    try await tagline(
                        Self.command + arguments, in: directory, at: server.address, environment: environment)
                }
                let without = try await ended()
                #expect(without.code == 1 && without.errors.contains("left to do: go on with --resume"), "\(without)")
                let foreign = try await ended("--resume", environment: ["TAGLINE_APP_ID": "wx1"])
                #expect(foreign.code == 1 && foreign.errors.contains("a run of the account wx5ad0"), "\(foreign)")
                try Data("\(BulkCommandTests.openID(9))\n".utf8).write(to: URL(filePath: directory + "/file"))
                let changed = try await ended("--resume")
                #expect(changed.code == 1 && changed.errors.contains("the run of another input"), "\(changed)")
                try Data("junk\n".utf8).write(to: URL(filePath: directory + "/junk"))
                let junk = try await ended("--resume", "--run-file", "junk")
                #expect(junk.code == 1 && junk.errors.contains("not a run file"), "\(junk)")
                #expect(try String(contentsOfFile: directory + "/file", encoding: .utf8).hasPrefix("oBulk"))
            }
        }
    }

    @Test func `a server that fails during a run stops the run, and --resume completes the run`() async throws {
        for wrong in [
            BadServer.Answer.text("<html>", status: "502 Bad Gateway"), .text("{\"errcode\":0,"), .cut(""),
            .cut("HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n{\"errco"),
            .text(#"{"errcode":-1,"errmsg":"system error hint: [a] rid: 66b5fb8f-5e3c0071-3d7f539a"}"#), .nothing,
            .stalled("HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n{\"errco"), .text("{}"),
            .text("", status: "307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/"),
        ] {
            try await withFile(2000) { directory in
                try await BadServer.with({ line, _, number in
                    line.contains("batchtagging") && number > 12 ? wrong : .text(Self.usual(line))
                }) { server in
                    let ended = try await tagline(
                        Self.command + ["--concurrency", "4", "--attempts", "2", "--timeout", "4"], in: directory,
                        at: server.address)
                    #expect(ended.code == 4, "\(wrong) \(ended)")
                    #expect(
                        ended.errors.contains("Go on with: \(Program.path) tag --tag 134 --file file"),
                        "\(ended.errors)")
                    #expect(!ended.output.contains("2,000 tagged") && ended.output.contains("unknown"))
                }
                try await BadServer.with({ line, _, _ in .text(Self.usual(line)) }) { server in
                    let resumed = try await tagline(Self.command + ["--resume"], in: directory, at: server.address)
                    #expect(resumed.code == 0 && resumed.output.contains("2,000 tagged"), "\(resumed)")
                }
            }
        }
    }

    @Test func `a run whose server was killed continues after the server has started again`() async throws {
        try await withFile(20_000) { directory in
            let command = Self.command + ["--attempts", "2", "--concurrency", "2"]
            let secret = ["TAGLINE_APP_SECRET": DemoWorld.service.secret]
            try await withLiveSandbox(data: directory + "/data") { server in
                let imported = try await runProgram([
                    "followers", "import", directory + "/file", "--account", "\(DemoWorld.service.appID)",
                    "--admin-url", server.addresses.admin,
                ])
                #expect(imported.status.isSuccess)
                async let run = tagline(command, in: directory, at: server.addresses.http, environment: secret)
                // Kills the server as soon as a follower is tagged. The test reads the count of the tag from the admin
                // plane, because the admin plane has no quota.
                let tags = WireRequest("GET", "/accounts/\(DemoWorld.service.appID)/tags")
                while try await server.admin.send(tags).text.contains(#""id":134,"name":"广东","count":0"#) {}
                server.send(.kill)
                let ended = try await run
                #expect([0, 4].contains(ended.code), "\(ended)")
            }
            try await withLiveSandbox(data: directory + "/data") { server in
                let resumed = try await tagline(
                    command + ["--resume", "--verify"], in: directory, at: server.addresses.http, environment: secret)
                #expect(resumed.code == 0, "\(resumed)")
                #expect(resumed.output.contains("20,000 of 20,000 are as the run left them"), "\(resumed)")
            }
        }
    }

    @Test func `if the run file does not fit on the disk, the run fails and can be started again`() async throws {
        try await withFile(20_000) { directory in
            try await BadServer.with({ line, _, _ in .text(Self.usual(line)) }) { server in
                // The limit for the size of a file is too small even for the part of the run file that holds the input.
                let early = try await tagline(
                    Self.command, in: directory, at: server.address, shell: "trap '' XFSZ; ulimit -f 400; ")
                #expect(early.code == 1 && early.errors.contains("file.run: "), "\(early)")
                #expect(early.errors.contains("disk"), "\(early)")
                let after = try await tagline(Self.command, in: directory, at: server.address)
                #expect(after.code == 0 && after.output.contains("20,000 tagged"), "\(after)")
            }
        }
    }
}
