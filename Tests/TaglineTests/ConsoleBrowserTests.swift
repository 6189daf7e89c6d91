import Foundation
import TagStoreConformance
import Testing
import WireTable

/// Tests the console in Chromium. A script uses the pages like a person.
@Suite struct ConsoleBrowserTests {
    private static let token = "an admin token for tests"

    @Test func `a person can do the main task of each screen, in both languages, on a desktop and on a phone`()
        async throws
    {
        let python = Program.repository.appending(path: ".venv/bin/python").path
        let script = Program.repository.appending(path: "Tests/TaglineTests/console_drive.py").path
        let folder = Program.repository.appending(path: ".screenshots").path
        try await withTemporaryDirectory { data in
            try await withLiveSandbox { sandbox in
                try await withLiveSandbox(
                    "serve", data: data, arguments: ["--journal", "metadata"],
                    environment: ["TAGLINE_ADMIN_TOKEN": Self.token]
                ) { served in
                    let output = try await shell(
                        "'\(python)' '\(script)' '\(sandbox.addresses.http)' '\(sandbox.addresses.admin)' '\(folder)' "
                            + "'\(served.addresses.admin)' '\(Self.token)' 2>&1")
                    #expect(output.hasSuffix("console: all done\n"), "\(output)")
                }
            }
        }
    }

    @Test func `with --open, a sandbox opens its console in the browser`() async throws {
        try await withTemporaryDirectory { directory in
            let browser = directory + "/xdg-open"
            _ = try await shell("mkfifo '\(directory)/address'")
            try "#!/bin/sh\nprintf '%s' \"$1\" > '\(directory)/address'\n".write(
                toFile: browser, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: browser)
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            try await withLiveSandbox(arguments: ["--open"], environment: ["PATH": directory + ":" + path]) { server in
                let address = try await shell("timeout 60 cat '\(directory)/address'")
                #expect(address == server.addresses.admin + "/console")
                #expect(server.announcement.contains(address))
            }
        }
    }

    @Test func `without a session, the console of a server shows only its sign-in page`() async throws {
        try await withTemporaryDirectory { data in
            try await withLiveSandbox(
                "serve", data: data, environment: ["TAGLINE_ADMIN_TOKEN": Self.token]
            ) { server in
                for path in ["/console/health", "/console/accounts", "/console/export?account=a"] {
                    let answer = try await server.admin.send(WireRequest("GET", path))
                    // The client follows the redirection to the sign-in page.
                    #expect(answer.status == 200 && answer.text.contains("name=\"token\""))
                }
                let faults = try await server.admin.send(WireRequest("GET", "/console/faults"))
                #expect(faults.status == 404)
                let forged = try await server.admin.send(
                    WireRequest(
                        "GET", "/console/accounts",
                        headers: [("Cookie", "tagline-session=" + String(repeating: "0", count: 64))]))
                #expect(forged.text.contains("name=\"token\""))
            }
        }
    }
}
