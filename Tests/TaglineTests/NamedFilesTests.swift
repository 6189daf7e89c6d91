import Foundation
import Subprocess
import SystemPackage
import TagStoreConformance
import Testing
import WireTable

@testable import tagline

/// Tests that no command overwrites one of its input files, even if a link or another path leads to the file.
@Suite struct NamedFilesTests {
    private static let content = "what the file f holds\n"

    /// Runs the program in a directory with a file `f`, a hard link `hard` to `f` and a symbolic link `soft` to `f`.
    private func tagline(
        _ arguments: [String], line: String = plainRun, in directory: String
    ) async throws -> Ended {
        try Data(Self.content.utf8).write(to: URL(filePath: directory + "/f"))
        try FileManager.default.linkItem(atPath: directory + "/f", toPath: directory + "/hard")
        try FileManager.default.createSymbolicLink(atPath: directory + "/soft", withDestinationPath: "f")
        return try await runUnderBash(
            line, arguments, in: directory,
            environment: [
                "TAGLINE_APP_ID": "wx", "TAGLINE_APP_SECRET": "s", "TAGLINE_BASE_URL": "http://127.0.0.1:1",
                "TAGLINE_ADMIN_URL": "http://127.0.0.1:1", "XDG_CONFIG_HOME": directory,
            ])
    }

    private func expectRefusal(_ ended: Ended, _ options: [String], in directory: String) throws {
        #expect(ended.code == 64 && ended.errors.split(separator: "\n").count == 1, "\(ended)")
        for option in options { #expect(ended.errors.contains(option), "\(ended)") }
        #expect(try String(contentsOfFile: directory + "/f", encoding: .utf8) == Self.content)
    }

    @Test(arguments: [
        (["members", "vip", "--secret-file", "f", "--log-file", "f"], ["--secret-file", "--log-file"]),
        (["members", "vip", "--access-token-file", "f", "--log-file", "hard"], ["--access-token-file", "--log-file"]),
        (
            ["tag", "--tag", "v", "--file", "x", "--secret-file", "f", "--rejects", "soft"],
            ["--secret-file", "--rejects"]
        ),
        (["tag", "--tag", "v", "--file", "f", "--log-file", "hard"], ["--file", "--log-file"]),
        (["sync", "--tag", "v", "--file", "soft", "--run-file", "hard"], ["--file", "--run-file"]),
        (["untag", "--tag", "v", "--file", "x", "--rejects", "r", "--log-file", "./r"], ["--rejects", "--log-file"]),
        (
            ["untag", "--tag", "v", "--file", "x", "--token-file", "t", "--log-file", "t.part"],
            ["--token-file", "--log-file"]
        ),
        (["blacklist", "add", "--file", "f", "--log-file", "./f"], ["--file", "--log-file"]),
        (["tags", "list", "--ca", "f", "--token-file", "hard"], ["--ca", "--token-file"]),
        (["tags", "drain", "vip", "--secret-file", "f", "--log-file", "soft"], ["--secret-file", "--log-file"]),
        (
            ["followers", "list", "--admin", "--admin-token-file", "f", "--log-file", "f"],
            ["--admin-token-file", "--log-file"]
        ),
        (
            ["accounts", "rotate-secret", "wx", "--admin-token-file", "f", "--secret-out", "f"],
            ["--admin-token-file", "--secret-out"]
        ),
        (
            ["accounts", "create", "wx", "--admin-token-file", "f", "--secret-out", "hard"],
            ["--admin-token-file", "--secret-out"]
        ),
        (["state", "export", "hard", "--admin-token-file", "f"], ["--admin-token-file", "the argument FILE"]),
        (
            ["serve", "--check", "--data", "d", "--admin-token-file", "f", "--ready-file", "f"],
            ["--admin-token-file", "--ready-file"]
        ),
        (
            ["sandbox", "--bind", "no such host", "--faults", "f", "--ready-file", "soft"],
            ["--faults", "--ready-file"]
        ),
    ])
    func `no command reads and writes the same file`(arguments: [String], options: [String]) async throws {
        try await withTemporaryDirectory { directory in
            try expectRefusal(try await tagline(arguments, in: directory), options, in: directory)
        }
    }

    @Test func `a command does not overwrite the file from which it reads its standard input`() async throws {
        try await withTemporaryDirectory { directory in
            let ended = try await tagline(
                ["tag", "--tag", "v", "--file", "-", "--log-file", "hard"], line: "exec \"$0\" \"$@\" < f",
                in: directory)
            try expectRefusal(ended, ["--file", "--log-file"], in: directory)
        }
    }

    @Test func `a command does not overwrite a file that its profile names`() async throws {
        try await withTemporaryDirectory { directory in
            let folder = directory + "/tagline"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(#"{"profiles":{"shop":{"app_id":"wx","secret_file":"../f"}}}"#.utf8)
                .write(to: URL(filePath: folder + "/config.json"))
            let secret = try await tagline(
                ["members", "v", "--profile", "shop", "--log-file", "hard"], in: directory)
            try expectRefusal(secret, ["secret_file of shop", "--log-file"], in: directory)
        }
    }

    /// Command lines with a setting that names a file of the data directory, and this setting.
    private static let ownFiles: [(arguments: [String], option: String)] = [
        (["serve", "--check", "--data", "d", "--ready-file", "d/tagline.sqlite"], "--ready-file"),
        (["serve", "--check", "--data", "./d/", "--ready-file", "x/../d//tagline.mark"], "--ready-file"),
        (["serve", "--data", "d", "--ready-file", "d/tagline.sqlite-wal"], "--ready-file"),
        (
            ["serve", "--data", "d", "--cloud-account", "wx", "--cloud-token-file", "link/tagline.sqlite"],
            "--cloud-token-file"
        ),
        (["serve", "--data", "link", "--ready-file", "d/refused-calls.sqlite"], "--ready-file"),
        (["serve", "--check", "--data", "d", "--tls-cert", "d/owner.lock", "--tls-key", "f"], "--tls-cert"),
        (["serve", "--check", "--data", "d", "--admin-token-file", "d/tagline.sqlite"], "--admin-token-file"),
        (["sandbox", "--data", "d", "--ready-file", "d/demo-world"], "--ready-file"),
        (["sandbox", "--data", "d", "--ready-file", "d/clock.part"], "--ready-file"),
        (["sandbox", "--data", "d", "--cloud-token-file", "d/tls/ca.key"], "--cloud-token-file"),
        (["sandbox", "--data", "d", "--cloud-socket", "d/relaxed"], "--cloud-socket"),
        (["sandbox", "--data", "d", "--world", "d/calls.spill"], "--world"),
    ]

    @Test(arguments: ownFiles, [true, false])
    func `no setting may name a file that the server keeps in its data directory`(
        _ settings: (arguments: [String], option: String), exists: Bool
    ) async throws {
        try await withTemporaryDirectory { directory in
            try FileManager.default.createSymbolicLink(atPath: directory + "/link", withDestinationPath: "d")
            let database = directory + "/d/tagline.sqlite"
            if exists {
                try FileManager.default.createDirectory(atPath: directory + "/x", withIntermediateDirectories: true)
                try FileManager.default.createDirectory(atPath: directory + "/d", withIntermediateDirectories: true)
                try Data("precious".utf8).write(to: URL(filePath: database))
            }
            let ended = try await tagline(settings.arguments, in: directory)
            try expectRefusal(ended, [settings.option, "keeps in its data directory"], in: directory)
            #expect(FileManager.default.fileExists(atPath: directory + "/d") == exists)
            if exists { #expect(try String(contentsOfFile: database, encoding: .utf8) == "precious") }
        }
    }

    @Test func `a setting may name a hard link to no file of the data directory, and any other file in it`()
        async throws
    {
        try await withTemporaryDirectory { directory in
            try FileManager.default.createDirectory(atPath: directory + "/d", withIntermediateDirectories: true)
            try FileManager.default.linkItem(atPath: try database(in: directory), toPath: directory + "/other")
            let linked = try await tagline(["serve", "--data", "d", "--ready-file", "other"], in: directory)
            try expectRefusal(linked, ["--ready-file"], in: directory)
        }
        try await withTemporaryDirectory { directory in
            let free = try await tagline(
                ["serve", "--check", "--data", "d", "--ready-file", "d/ready.json"], in: directory)
            #expect(free.code == 0, "\(free)")
        }
    }

    /// The only volume of the image holds the data, so certificates are often there.
    @Test(arguments: [false, true])
    func `a setting may name a certificate in the data directory for reading, but not for writing`(
        isWritten: Bool
    ) async throws {
        try await withTemporaryDirectory { directory in
            try await withLiveSandbox(data: directory + "/d") { _ in }
            let settings =
                isWritten
                ? ["--ready-file", "d/tls/server.pem"]
                : ["--tls-cert", "d/tls/server.pem", "--tls-key", "d/tls/server.key"]
            let ended = try await tagline(["serve", "--check", "--data", "d"] + settings, in: directory)
            if isWritten {
                try expectRefusal(ended, ["--ready-file", "keeps in its data directory"], in: directory)
            } else {
                #expect(ended.code == 0, "\(ended)")
            }
        }
    }

    /// Creates a file in place of the database in the directory `d` of `directory`, and returns its path.
    private func database(in directory: String) throws -> String {
        let path = directory + "/d/tagline.sqlite"
        try Data("precious".utf8).write(to: URL(filePath: path))
        return path
    }

    @Test func `the list of the data directory's files has every file that a sandbox makes there`() async throws {
        try await withTemporaryDirectory { directory in
            let data = directory + "/data"
            try await withLiveSandbox(data: data) { server in
                for (path, body) in [
                    ("/sandbox/clock", #"{"advance_seconds":5}"#),
                    ("/accounts", #"{"appid":"wxrelaxed","kind":"service","relaxed":{}}"#),
                ] {
                    let answer = try await server.admin.send(WireRequest("POST", path, body: Array(body.utf8)))
                    #expect([200, 201].contains(answer.status), "\(answer.text)")
                }
                let made = Set(try FileManager.default.subpathsOfDirectory(atPath: data))
                #expect(made.isSuperset(of: [DataDirectory.clock, DataDirectory.relaxed]), "\(made)")
                let unlisted = made.subtracting(DataDirectory.fileNames).subtracting([DataDirectory.authority])
                #expect(unlisted == [])
            }
        }
    }

    @Test func `a command accepts different files, and one device for two options`() async throws {
        try await withTemporaryDirectory { directory in
            let differ = try await tagline(
                ["members", "v", "--secret-file", "f", "--log-file", "log", "--token-file", "t"], in: directory)
            #expect(differ.code == 1 && differ.errors.contains("the connection was refused"), "\(differ)")
        }
        try await withTemporaryDirectory { directory in
            let devices = try await tagline(
                ["members", "v", "--ca", "/dev/null", "--log-file", "/dev/null"], in: directory)
            #expect(devices.errors.contains("/dev/null holds no certificates"), "\(devices)")
        }
    }

    @Test func `all paths of one file give equal PathTargets, even before the file exists`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "later")
        try FileManager.default.createSymbolicLink(atPath: folder + "/circle", withDestinationPath: "circle")
        let later = try #require(PathTarget(folder + "/later"))
        #expect(PathTarget(folder + "/link") == later)
        #expect(PathTarget(folder + "/./later") == later)
        #expect(PathTarget(folder + "/other") != later)
        try Data().write(to: URL(filePath: folder + "/later"))
        let present = try #require(PathTarget(folder + "/later"))
        #expect(present != later && PathTarget(folder + "/link") == present)
        #expect(PathTarget(folder) == nil && PathTarget("/dev/null") == nil)
        let deep = try #require(PathTarget(folder + "/no/where"))
        #expect(PathTarget(folder + "/no/./x/..//where") == deep && PathTarget(folder + "/no/other") != deep)
        try FileManager.default.createSymbolicLink(atPath: folder + "/yes", withDestinationPath: "no")
        #expect(PathTarget(folder + "/yes/where") == deep)
        #expect(PathTarget(folder + "/circle") != nil)
    }
}
