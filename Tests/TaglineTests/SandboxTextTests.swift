import AdminAPI
import Foundation
import OfficialAccount
import TaglineServer
import Testing

@testable import tagline

/// Tests the texts that a sandbox prints. No sandbox runs in these tests.
@Suite struct SandboxTextTests {
    @Test func `the columns have the same position in the lines of all calls and outcomes`() throws {
        let stray = "/cgi-bin/tags/members/of/some/other/place/batchtaging"
        var lines: [String] = []
        for path in Endpoint.all.map(\.path) + [stray, "/"] {
            for errcode in [0, 45159, -604101] {
                var record = CallRecord(
                    number: 1, time: 0, via: .account, method: "POST", path: path, errcode: errcode, milliseconds: 1)
                record.account = "wx5ad0c4e6b81f2793"
                record.openIDCount = 50
                record.tag = 134
                lines.append(CallLine(record: record, isColoured: false).text)
            }
        }
        for column in ["50 openids", "1.0 ms"] {
            let widths = Set(lines.map { $0.components(separatedBy: column)[0].displayWidth })
            #expect(widths.count == 1, "\(column): \(widths)")
        }
        #expect(lines.contains { $0.contains("getStableAccessToken  ") && $0.contains("50 openids, tag 134") })
        #expect(lines.contains { $0.contains("…") && $0.contains("/place/batchtaging  ok") })
    }

    @Test func `the curl line of a sandbox's greeting works in a shell with any secret`() async throws {
        let secret = #"a secret's "own" $(one) & more%"#
        let world = #"accounts: [{appid: wxmine, secret: "a secret's \"own\" $(one) & more%"}]"#
        let directory = try DataDirectory(nil)
        defer { directory.cleanUp() }
        let greeting = SandboxGreeting(
            ready: ReadyFile(
                http: "http://127.0.0.1:8080", https: nil, admin: "http://127.0.0.1:8090", cloud: nil, pid: 1, ca: nil),
            directory: directory, world: (world: try SandboxWorld(contents: Array(world.utf8)), file: "world.yaml"),
            isOpenToAll: false, relaxed: [])
        let line = try #require(greeting.text.split(separator: "\n").last)
        let arguments = try await shell("curl() { shift; printf '%s|' \"$@\"; }\n\(line)")
        #expect(arguments.count { $0 == "|" } == 1 && arguments.hasSuffix("|"), "\(arguments)")
        let query = URLComponents(string: String(arguments.dropLast()))?.queryItems
        #expect(query?.first { $0.name == "secret" }?.value == secret, "\(arguments)")
        #expect(query?.first { $0.name == "appid" }?.value == "wxmine")
    }
}
