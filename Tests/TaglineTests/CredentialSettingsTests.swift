import Foundation
import Subprocess
import TagStoreConformance
import Testing

@testable import tagline

/// Tests the sources of accounts, secrets and tokens, and the mistakes that a command refuses before any call.
@Suite struct CredentialSettingsTests {
    /// An account at an address where no server listens.
    private static let nowhere = [
        "TAGLINE_APP_ID": "wx", "TAGLINE_APP_SECRET": "s", "TAGLINE_BASE_URL": "http://127.0.0.1:1",
    ]

    private func expectMistake(
        _ arguments: [String], environment: [String: String] = [:], says: [String],
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let ended = try await runProgram(arguments, environment: Self.nowhere.merging(environment) { $1 })
        #expect(ended.status == .exited(64), "\(ended)", sourceLocation: location)
        #expect(ended.errors.split(separator: "\n").count == 1, "\(ended)", sourceLocation: location)
        for text in says { #expect(ended.errors.contains(text), "\(ended)", sourceLocation: location) }
    }

    // MARK: Profiles

    @Test func `profiles are in XDG_CONFIG_HOME, or below HOME`() async throws {
        try await withTemporaryDirectory { directory in
            for (folder, name) in [("xdg/tagline", "one"), ("home/.config/tagline", "two")] {
                let path = "\(directory)/\(folder)"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                let profile = #"{"app_id":"wx","base_url":"http://127.0.0.1:1","secret_file":"~/secret"}"#
                try Data(#"{"profiles":{"\#(name)":\#(profile)}}"#.utf8).write(to: URL(filePath: path + "/config.json"))
            }
            try Data("s".utf8).write(to: URL(filePath: directory + "/home/secret"))
            func quota(_ profile: String, xdg: String) async throws -> String {
                let home = ["XDG_CONFIG_HOME": xdg, "HOME": directory + "/home"]
                return try await runProgram(["quota", "--profile", profile], environment: home).errors
            }
            #expect(try await quota("one", xdg: directory + "/xdg").contains("the connection was refused"))
            #expect(try await quota("two", xdg: "").contains("the connection was refused"))
            #expect(try await quota("two", xdg: directory + "/xdg").contains("its profiles are: one"))
            #expect(try await quota("three", xdg: "").contains("home/.config/tagline/config.json has no profile three"))
        }
    }

    @Test(arguments: [["quota"], ["tags", "list"], ["accounts"], ["followers", "list", "--admin", "--account", "wx"]])
    func `a command refuses an empty profile name, and does not use the account in the environment`(command: [String])
        async throws
    {
        for name in ["", " "] {
            try await expectMistake(
                command, environment: ["TAGLINE_PROFILE": name], says: ["TAGLINE_PROFILE is set and empty"])
        }
        if command != ["accounts"] {
            try await expectMistake(command + ["--profile", ""], says: ["--profile is empty"])
        }
    }

    @Test(arguments: [
        (#"{"app_id":""}"#, "app_id of the profile p is empty"), (#"{"base_url":" "}"#, "base_url of the profile p is"),
        (#"{"app_id":"wx","secret_file":""}"#, "secret_file of the profile p is empty"),
        (#"{"app_id":"wx","proxy":""}"#, "proxy of the profile p is empty"),
        (#"{"ca":5}"#, "ca of the profile p must be a string"),
        (#"{"token_file":[]}"#, "token_file of the profile p must"),
        (
            #"{"token_command":"x","access_token_file":"y"}"#,
            "has access_token_file and token_command as sources of tokens"
        ),
        (#"{"token_command":"x","secret_file":"y"}"#, "has secret_file and token_command as sources of tokens"),
        (#"{"secret_command":"x","secret_file":"y"}"#, "has secret_file and secret_command as sources of tokens"),
    ])
    func `the message about a wrong member of a profile names the member`(members: String, says: String) throws {
        let data = Data(#"{"profiles":{"p":\#(members)}}"#.utf8)
        let failure = #expect(throws: StartFailure.self) { try Profile.read(data, from: "/c/config.json", name: "p") }
        let text = failure?.description ?? ""
        #expect(text.contains(says), "\(text)")
    }

    @Test func `a null member of a profile counts as absent`() throws {
        let members = #"{"base_url":null,"app_id":" wx ","ca":"ca.pem","secret_file":null,"token_command":"x"}"#
        let data = Data(#"{"profiles":{"p":\#(members),"q":{"ca":5}}}"#.utf8)
        let profile = try Profile.read(data, from: "/c/config.json", name: "p")
        #expect(profile.base_url == nil && profile.app_id == "wx" && profile.ca == "/c/ca.pem")
    }

    // MARK: Secrets

    @Test(arguments: ["s", "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "with blanks and \" one quote", "{"])
    func `a secret is one line of ASCII`(secret: String) throws {
        #expect(try SecretText.secret(secret, from: "f") == secret)
    }

    @Test(arguments: [
        ("one\ntwo", "one line"), ("one\ttwo", "one line"), ("密", "ASCII"), ("\"quoted\"", "without quotes"),
        ("'quoted'", "without quotes"), (#"{"secret":"s"}"#, "JSON"),
    ])
    func `a secret that is not one line of ASCII, or is quoted or JSON, is refused`(secret: String, says: String)
        async throws
    {
        let failure = #expect(throws: StartFailure.self) { try SecretText.secret(secret, from: "f") }
        let text = failure?.description ?? ""
        #expect(text.contains(says), "\(text)")
        try await expectMistake(["quota"], environment: ["TAGLINE_APP_SECRET": secret], says: [says])
        try await withTemporaryDirectory { directory in
            try Data(secret.utf8).write(to: URL(filePath: directory + "/secret"))
            try await expectMistake(["quota", "--secret-file", directory + "/secret"], says: [says, "/secret "])
        }
    }

    @Test func `an admin token must be one line`() async throws {
        try await withTemporaryDirectory { directory in
            try Data("a token of enough length\nand another".utf8).write(to: URL(filePath: directory + "/token"))
            for command in [["accounts"], ["serve", "--check", "--data", directory]] {
                try await expectMistake(
                    command + ["--admin-token-file", directory + "/token"], says: ["has several lines"])
            }
        }
    }

    @Test func `blanks around values from the environment are removed, as in files`() async throws {
        try await withTemporaryDirectory { directory in
            let ended = try await runProgram(
                ["serve", "--check", "--data", directory],
                environment: [
                    "TAGLINE_HTTP_PORT": "0\r", "TAGLINE_PLATFORM_ADDRESSES": " 127.0.0.1,192.0.2.7\r\n",
                    "TAGLINE_LOG_LEVEL": "info ", "TAGLINE_CONTAINER": "false\n",
                ])
            #expect(ended.status == .exited(0), "\(ended)")
        }
    }

    // MARK: Tokens

    @Test func `--token-file cannot be used with tokens from other sources`() async throws {
        try await withTemporaryDirectory { directory in
            try Data("token".utf8).write(to: URL(filePath: directory + "/token"))
            let shared = ["quota", "--token-file", directory + "/shared"]
            try await expectMistake(
                shared + ["--access-token-file", directory + "/token"], says: ["--token-file", "--access-token-file"])
            try await expectMistake(
                shared + ["--token-command", "echo t"], says: ["--token-file", "--token-command"])
            try await expectMistake(
                shared, environment: ["TAGLINE_ACCESS_TOKEN": "t", "TAGLINE_APP_SECRET": ""],
                says: ["--token-file", "TAGLINE_ACCESS_TOKEN"])
            #expect(mkfifo(directory + "/pipe", 0o600) == 0)
            try await expectMistake(["quota", "--token-file", directory + "/pipe"], says: ["is not a regular file"])
        }
    }

    @Test func `the message about a missing secret also names the options for a token`() async throws {
        try await expectMistake(
            ["quota"], environment: ["TAGLINE_APP_SECRET": ""],
            says: ["--secret-file", "TAGLINE_APP_SECRET", "--access-token-file", "--token-command"])
    }

    // MARK: Files that cannot be read

    @Test func `the message says why a file cannot be read`() async throws {
        try await withTemporaryDirectory { directory in
            try Data(count: 100).write(to: URL(filePath: directory + "/long"))
            for (name, reason) in [
                ("nowhere", "there is no such file"), ("", "it is a directory"), ("long", "it is longer than 0 KiB"),
            ] {
                let file = SmallFile(path: "\(directory)/\(name)", longest: 99)
                let failure = #expect(throws: SmallFile.Unreadable.self) { try file.content() }
                #expect(failure?.description == reason)
            }
            #expect(try SmallFile(path: directory + "/long", longest: 100).content().count == 100)
            for (option, path, reason) in [
                ("--secret-file", "/nowhere/s", "the secret cannot be read from /nowhere/s: there is no such file"),
                ("--access-token-file", "/", "the access token cannot be read from /: it is a directory"),
                ("--ca", "/nowhere/ca", "--ca: /nowhere/ca cannot be read: there is no such file"),
            ] {
                try await expectMistake(["quota", option, path], says: [reason])
            }
            try await expectMistake(
                ["accounts", "--admin-token-file", "/nowhere/t"],
                says: ["the admin token cannot be read from /nowhere/t: there is no such file"])
        }
    }

    @Test func `the command stops waiting for a pipe without a writer, and reads a pipe that has a writer`()
        async throws
    {
        try await withTemporaryDirectory { directory in
            let pipe = directory + "/pipe"
            #expect(mkfifo(pipe, 0o600) == 0)
            let silent = SmallFile(path: pipe, longest: 99, patience: .milliseconds(50))
            let failure = #expect(throws: SmallFile.Unreadable.self) { try silent.content() }
            #expect(failure?.description.contains("it is a pipe, and its writer did not finish within") == true)
            let other = directory + "/other"
            #expect(mkfifo(other, 0o600) == 0)
            Thread.detachNewThread {
                try? FileHandle(forWritingAtPath: other)?.write(contentsOf: Data("secret\n".utf8))
            }
            let secret = try SecretText.read(from: other, "the secret")
            #expect(secret == "secret")
        }
    }
}
