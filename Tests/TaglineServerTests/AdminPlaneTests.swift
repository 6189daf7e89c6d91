import Foundation
import TagStore
import TaglineServer
import Testing
import WireTable

@Suite struct AdminPlaneTests {
    @Test func `the clock goes forward by the number of seconds in the request`() async throws {
        try await withSandbox { sandbox in
            let start = try await sandbox.admin.send(WireRequest("GET", "/sandbox/clock"))
            #expect(start.text == "{\"now\":\(testStart.seconds)}\n")
            let advanced = try await sandbox.admin.send(
                WireRequest("POST", "/sandbox/clock", body: Array(#"{"advance_seconds":7201}"#.utf8)))
            #expect(advanced.text == "{\"now\":\(testStart.seconds + 7201)}\n")
            #expect(sandbox.clock.now.seconds == testStart.seconds + 7201)
        }
    }

    @Test(arguments: [
        "", "{}", "7201", #"{"advance_seconds":0}"#, #"{"advance_seconds":-1}"#, #"{"advance_seconds":"1"}"#,
        #"{"advance_seconds":1.5}"#, #"{"advance_seconds":9223372036854775807}"#,
    ])
    func `a body that is not valid does not move the clock`(body: String) async throws {
        try await withSandbox { sandbox in
            let answer = try await sandbox.admin.send(
                WireRequest("POST", "/sandbox/clock", body: Array(body.utf8)))
            #expect(answer.status == 400)
            #expect(answer.text.contains("\"error\""))
            #expect(sandbox.clock.now == testStart)
        }
    }

    @Test func `the clock of a sandbox keeps its time after a restart`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "clock-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try SandboxClock(file: file, system: { testStart }).advance(bySeconds: 500)
        let reopened = try SandboxClock(file: file, system: { testStart })
        try reopened.advance(bySeconds: 5)
        #expect(try SandboxClock(file: file, system: { testStart }).now == testStart + 505)
        try Data("yesterday".utf8).write(to: file)
        #expect(throws: SandboxClockError.self) { try SandboxClock(file: file, system: { testStart }) }
    }

    @Test func `the admin plane refuses a request from a web page of another origin`() async throws {
        try await withSandbox { sandbox in
            let body = Array(#"{"advance_seconds":5}"#.utf8)
            for origin in ["https://example.com", "null", "http://localhost.example.com"] {
                let answer = try await sandbox.admin.send(
                    WireRequest("POST", "/sandbox/clock", headers: [("Origin", origin)], body: body))
                #expect(answer.status == 403)
            }
            #expect(sandbox.clock.now == testStart)
        }
    }

    @Test func `the server answers that it is alive and ready`() async throws {
        try await withSandbox { sandbox async throws in
            #expect(try await sandbox.admin.send(WireRequest("GET", "/healthz")).status == 200)
            #expect(try await sandbox.admin.send(WireRequest("GET", "/readyz")).status == 200)
            #expect(try await sandbox.admin.send(WireRequest("GET", "/nowhere")).status == 404)
        }
    }
}
