import Foundation
import Subprocess
import TagStoreConformance
import Testing

@testable import tagline

@Suite struct HealthcheckTests {
    @Test func `healthcheck ends with 0 for a healthy server, even if its admin plane needs a token`() async throws {
        try await withTemporaryDirectory { data in
            try await withLiveSandbox(
                "serve", data: data, environment: ["TAGLINE_ADMIN_TOKEN": "a token of enough length"]
            ) { server in
                let port = server.addresses.admin.split(separator: ":").last.map(String.init) ?? ""
                for (arguments, environment) in [
                    (["--url", server.addresses.admin], [:]),
                    (["--ready"], ["TAGLINE_ADMIN_URL": server.addresses.admin]),
                    (["--ready", "--timeout", "60"], ["TAGLINE_ADMIN_PORT": port]),
                ] {
                    let result = try await runProgram(["healthcheck"] + arguments, environment: environment)
                    #expect(result.status.isSuccess && result.output == "" && result.errors == "", "\(result.errors)")
                }
            }
        }
    }

    @Test(arguments: [
        (["--url", "http://127.0.0.1:1"], 1, "the connection was refused"),
        (["--url", "http://nowhere.invalid", "--timeout", "30"], 1, "the host name was not found"),
        (["--url", "nonsense nonsense"], 64, "--url"),
        (["--url", "http://127.0.0.1:1", "--timeout", "0"], 64, "not from 1 to 60"),
    ])
    func `healthcheck reports each failure in one line`(arguments: [String], code: Int32, says: String)
        async throws
    {
        let result = try await runProgram(["healthcheck"] + arguments)
        #expect(result.status == .exited(code))
        #expect(result.errors.contains(says) && result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }

    @Test func `if a server is healthy but not ready, only healthcheck --ready fails`() async throws {
        try await BadServer.with({ line, _, _ in
            .text("{}", status: line.hasPrefix("GET /readyz ") ? "503 Service Unavailable" : "200 OK")
        }) { server in
            let result = try await runProgram(["healthcheck", "--ready", "--url", server.address])
            #expect(
                result.status == .exited(1) && result.errors.contains("answers /readyz with 503"), "\(result.errors)")
            #expect(try await runProgram(["healthcheck", "--url", server.address]).status.isSuccess)
        }
    }

    @Test func `healthcheck stops waiting for a server that does not answer`() async throws {
        try await BadServer.with({ _, _, _ in .nothing }) { server in
            let result = try await runProgram(["healthcheck", "--timeout", "1", "--url", server.address])
            #expect(result.status == .exited(1) && result.errors.contains("within 1 second"), "\(result.errors)")
        }
    }

    @Test func `the program reports an untrusted certificate, and a port that expects https`() async throws {
        try await withLiveSandbox { server in
            for (url, part) in [
                (server.addresses.https, "certificate is not trusted"),
                (server.addresses.https.replacing("https:", with: "http:"), "use https://"),
            ] {
                let result = try await runProgram(["healthcheck", "--url", url])
                #expect(result.status == .exited(1) && result.errors.contains(part), "\(result.errors)")
            }
            let plane = try await runProgram([
                "accounts", "--admin-url", server.addresses.https.replacing("https:", with: "http:"),
            ])
            #expect(plane.status == .exited(1) && plane.errors.contains("use https://"), "\(plane.errors)")
        }
    }

    @Test(arguments: ["0", "port", "70000"])
    func `healthcheck refuses an invalid TAGLINE_ADMIN_PORT`(port: String) {
        #expect(throws: StartFailure.self) { try HealthcheckCommand.address(nil, ["TAGLINE_ADMIN_PORT": port]) }
    }
}
