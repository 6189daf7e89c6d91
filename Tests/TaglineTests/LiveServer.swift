import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Subprocess
import SystemPackage
import TestStore
import WireTable

/// A running process of the real program, and its addresses.
struct LiveServer: Sendable {
    struct Addresses: Decodable, Sendable {
        let http: String
        let admin: String
        let pid: Int32
        /// Empty if the server does not serve HTTPS.
        let https: String
        /// Empty if the cloud gateway is not open.
        let cloud: String
        /// The path of the certificate authority's file; empty if the server has not created an authority.
        let ca: String

        private enum CodingKeys: String, CodingKey {
            case http, https, admin, cloud, pid, ca
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            http = try fields.decode(String.self, forKey: .http)
            admin = try fields.decode(String.self, forKey: .admin)
            pid = try fields.decode(Int32.self, forKey: .pid)
            cloud = try fields.decodeIfPresent(String.self, forKey: .cloud) ?? ""
            https = try fields.decodeIfPresent(String.self, forKey: .https) ?? ""
            ca = try fields.decodeIfPresent(String.self, forKey: .ca) ?? ""
        }
    }

    let addresses: Addresses
    /// The text that the server printed at its start.
    let announcement: String
    let send: @Sendable (Signal) -> Void

    var http: LiveHost { LiveHost(base: addresses.http, client: .shared) }
    var cloud: LiveHost { LiveHost(base: addresses.cloud, client: .shared) }
    var admin: LiveHost { LiveHost(base: addresses.admin, client: .shared) }

    /// Runs `body` with a host that calls the server over HTTPS and trusts only the sandbox's own certificate
    /// authority.
    func withHTTPS<Value: Sendable>(_ body: (LiveHost) async throws -> Value) async throws -> Value {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(addresses.ca)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .init(tlsConfiguration: tls))
        do {
            let value = try await body(LiveHost(base: addresses.https, client: client))
            try await client.shutdown()
            return value
        } catch {
            try? await client.shutdown()
            throw error
        }
    }
}

/// Sends the requests of the wire table to a server over sockets.
struct LiveHost: WireHost {
    let base: String
    let client: HTTPClient

    func send(_ request: WireRequest) async throws -> WireResponse {
        try await send(request, body: request.body.isEmpty ? nil : .bytes(ByteBuffer(bytes: request.body)))
    }

    func send(_ request: WireRequest, body: HTTPClientRequest.Body?) async throws -> WireResponse {
        var message = HTTPClientRequest(url: base + request.path)
        message.method = .RAW(value: request.method)
        for header in request.headers { message.headers.add(name: header.name, value: header.value) }
        message.body = body
        let response = try await client.execute(message, timeout: .seconds(60))
        return WireResponse(
            status: Int(response.status.code),
            headers: Dictionary(
                response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first }),
            body: Array(try await response.body.collect(upTo: 16 << 20).readableBytesView))
    }
}

/// What a test gets from a server that has ended: the result of the test's body, the exit status and standard error.
struct LiveRun<Value: Sendable>: Sendable {
    let value: Value
    let status: TerminationStatus
    let errors: String
}

/// Returns the options that tell a server where to keep its data: in the directory `data`, or in the test database if
/// the tests use PostgreSQL.
func place(_ command: String, _ data: String?) throws -> [String] {
    let directory = data.map { ["--data", $0] } ?? []
    guard TestStore.isPostgres else { return directory }
    let name = TestStore.schemaName(for: data ?? UUID().uuidString)
    _ = try TestStore.migrate(name)
    let database = ["--store", TestStore.url, "--database-schema", name, "--database-connections", "3"]
    // A sandbox always keeps its clock and its certificates in a directory.
    return command == "sandbox" ? directory + database : database
}

enum Program {
    /// The path of the program: `TAGLINE_BINARY` if it is set, otherwise the binary next to the tests.
    static let path: String = {
        if let path = ProcessInfo.processInfo.environment["TAGLINE_BINARY"] { return path }
        return beside("tagline")
    }()

    /// The path of `TagFollowers`, an example program that uses the SDK.
    static let example = beside("TagFollowers")

    private static func beside(_ name: String) -> String {
        URL(filePath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent().appending(path: name).path
    }

    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
}

/// Runs the program, waits until it ends, and returns its exit status, standard output and standard error.
func runProgram(
    _ arguments: [String], environment: [String: String] = [:]
) async throws -> (status: TerminationStatus, output: String, errors: String) {
    let result = try await run(
        .path(FilePath(Program.path)), arguments: Arguments(arguments), environment: updated(environment),
        output: .string(limit: 16 << 20), error: .string(limit: 1 << 20))
    return (result.terminationStatus, result.standardOutput, result.standardError)
}

/// Starts a server on free ports, runs `body`, and then ends the server with SIGTERM. By default, the server is a
/// sandbox.
///
/// - Parameter shell: shell commands, such as `ulimit`, that run in the same process before the program.
@discardableResult
func withLiveSandbox<Value: Sendable>(
    _ command: String = "sandbox", data: String? = nil, arguments: [String] = [], shell: String? = nil,
    environment: [String: String] = [:],
    _ body: @Sendable @escaping (LiveServer) async throws -> Value
) async throws -> LiveRun<Value> {
    let readyFile = FileManager.default.temporaryDirectory.appending(path: "ready-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: readyFile) }
    let all =
        [
            command, "--http-port", "0", "--https-port", "0", "--admin-port", "0", "--cloud-port", "0", "--ready-file",
            readyFile.path,
        ]
        + (try place(command, data)) + arguments
    let line = (shell.map { $0 + "; " } ?? "") + plainRun
    let result = try await run(
        .path("/bin/bash"), arguments: Arguments(["-c", line, Program.path] + all),
        environment: updated(environment),
        input: .none, output: .sequence, error: .string(limit: 1 << 20)
    ) { execution -> Result<Value, any Error> in
        let process = execution.processIdentifier
        let send: @Sendable (Signal) -> Void = { kill(process.value, $0.rawValue) }
        var announcement = ""
        var lines = execution.standardOutput.strings().makeAsyncIterator()
        while let line = try await lines.next() {
            announcement += line + "\n"
            if line.hasPrefix("curl ") || line.hasPrefix("Tagline serves on ") { break }
        }
        guard let ready = try? Data(contentsOf: readyFile) else {
            return .failure(WireMismatch("the sandbox did not start"))
        }
        let server = LiveServer(
            addresses: try JSONDecoder().decode(LiveServer.Addresses.self, from: ready), announcement: announcement,
            send: send)
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(server))
        } catch {
            outcome = .failure(error)
        }
        send(.terminate)
        while try await lines.next() != nil {}
        return outcome
    }
    switch result.closureResult {
    case .success(let value):
        return LiveRun(value: value, status: result.terminationStatus, errors: result.standardError)
    case .failure(let error):
        throw WireMismatch("\(error)\n\(result.standardError)")
    }
}

func updated(_ environment: [String: String]) -> Environment {
    .inherit.updating(
        Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }))
}
