import Foundation
import Subprocess
import SystemPackage

/// A PostgreSQL server for one test, which the test can kill and start again. The server can have a standby.
struct PrivateCluster: Sendable {
    let directory: String
    let port: Int
    /// Settings of the server, such as `-c fsync=on`.
    let settings: String

    static let user = "tagline"

    /// The settings of every server in these tests.
    private static let common = "-h 127.0.0.1 -k '' -c max_connections=100 -c shared_buffers=64MB"

    /// Calls `body` with a running server, and removes the server afterwards.
    static func with<Value>(
        settings: String = "", _ body: (PrivateCluster) async throws -> Value
    ) async throws -> Value {
        let cluster = PrivateCluster(directory: try makeDirectory(), port: try freePort(), settings: settings)
        return try await cluster.use {
            try await cluster.command("initdb -D data -U \(user) -A trust --locale=C.UTF-8 -E UTF8")
            try await cluster.start()
            return try await body(cluster)
        }
    }

    /// Calls `body` with a standby that follows this server.
    func withStandby<Value>(_ body: (PrivateCluster) async throws -> Value) async throws -> Value {
        let standby = PrivateCluster(directory: try Self.makeDirectory(), port: try Self.freePort(), settings: "")
        return try await standby.use {
            try await standby.command(
                "pg_basebackup -D data -R -X stream -c fast -h 127.0.0.1 -p \(port) -U \(Self.user)")
            try await standby.start()
            return try await body(standby)
        }
    }

    /// Calls `body`, and removes the server afterwards.
    private func use<Value>(_ body: () async throws -> Value) async throws -> Value {
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        try? await kill()
        try? FileManager.default.removeItem(atPath: directory)
        return try result.get()
    }

    var host: String { "127.0.0.1:\(port)" }

    func start() async throws {
        try await command("pg_ctl -D data -l log -w -t 60 -o \"-p \(port) \(Self.common) \(settings)\" start")
    }

    /// Ends the server as a crash does: the server finishes no work and writes nothing.
    func kill() async throws {
        try await command("pg_ctl -D data -m immediate stop")
    }

    func promote() async throws {
        try await command("pg_ctl -D data -w promote")
    }

    /// Runs SQL with `psql`.
    func sql(_ text: String) async throws {
        try await command(
            "psql -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p \(port) -U \(Self.user) -d postgres -c \"\(text)\"")
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a command of PostgreSQL in the directory as a user who is not root.
    private func command(_ line: String) async throws {
        let become = geteuid() == 0 ? "runuser -u postgres --" : ""
        let script = """
            cd \(directory)
            bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
            PATH="$bin:$PATH" exec \(become) \(line) >> command.log 2>&1
            """
        let result = try await run(
            .path("/bin/bash"), arguments: ["-c", script], output: .discarded, error: .discarded)
        guard result.terminationStatus.isSuccess else {
            let logs = ["command.log", "log"].map { name in
                (try? String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8))?.suffix(1000) ?? ""
            }
            throw Failure(description: "\(line): \(logs.joined(separator: "\n"))")
        }
    }

    private static func makeDirectory() throws -> String {
        let directory = FileManager.default.temporaryDirectory.appending(path: "tagline-pg-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        // Both the user of the server and the user of the tests write to this directory.
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: directory)
        return directory
    }

    /// Returns a free port that stays free while the server is down. Outgoing connections get ports from 32768 on Linux
    /// and from 49152 on macOS. The returned port is lower, so no outgoing connection can get it.
    private static func freePort() throws -> Int {
        for _ in 0..<100 {
            let port = UInt16.random(in: 20_000..<32_768)
            if isFree(port) { return Int(port) }
        }
        throw Failure(description: "no port is free")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
