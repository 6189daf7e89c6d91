import BulkRuns
import Foundation
import NIOCore
import OfficialAccount
import Subprocess
import Synchronization
import TagStoreConformance
import TaglineServer
import Testing
import WireTable

/// Creates, uses and deletes a tag of many followers: 100,000 here, ten million with `make scale`.
@Suite struct ScaleTests {
    private static let followers =
        ProcessInfo.processInfo.environment["TAGLINE_SCALE_FOLLOWERS"].flatMap { Int($0) } ?? 100_000
    /// The number of followers who keep the tag until its deletion: at most 100,000, as the platform requires.
    private static let left = min(100_000, followers / 2)
    private static let connections = 32

    private static func openID(_ number: Int) -> String { "\(OpenID.numbered("oScale", number))" }

    /// Prints a measurement to standard error, for a person who runs the test.
    private func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data("scale: \(text)\n".utf8))
    }

    /// Splits `numbers` into fifties, and makes a call for each fifty, over several connections. A call names those
    /// followers of its fifty whose numbers `isMeant` accepts. Throws the first failure.
    private func each(
        _ numbers: Range<Int>, _ path: String, tag: Int, on host: LiveHost,
        where isMeant: @escaping @Sendable (Int) -> Bool = { _ in true }
    ) async throws {
        let next = SharedNumber(numbers.lowerBound)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.connections {
                group.addTask {
                    while true {
                        let start = next.take(50)
                        guard start < numbers.upperBound else { return }
                        let meant = (start..<min(start + 50, numbers.upperBound)).filter(isMeant)
                        let list = meant.map { "\"\(Self.openID($0))\"" }
                        let body = "{\"openid_list\":[\(list.joined(separator: ","))],\"tagid\":\(tag)}"
                        let answer = try await host.send(WireRequest("POST", path, body: Array(body.utf8)))
                        guard answer.text == #"{"errcode":0,"errmsg":"ok"}"# else { throw WireMismatch(answer.text) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func writeFile(_ file: String) throws {
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.write(contentsOf: Data("openid\n".utf8))
        for start in stride(from: 0, to: Self.followers, by: 100_000) {
            let numbers = start..<min(start + 100_000, Self.followers)
            try handle.write(contentsOf: Data(numbers.map { Self.openID($0) + "\n" }.joined().utf8))
        }
        try handle.write(contentsOf: Data("nonsense\n\(Self.openID(0))\n".utf8))
        try handle.close()
    }

    @Test func `callers create, use and delete a tag of many followers, and other calls work during the deletion`()
        async throws
    {
        try await withTemporaryDirectory { directory in
            let file = directory + "/followers.csv"
            try writeFile(file)
            try await withLiveSandbox("serve", data: directory + "/store") { server in
                let at = ["--admin-url", server.addresses.admin]
                let created = try await runProgram(["accounts", "create", "wxscale", "--json"] + at)
                let secret = String(try #require(created.output.firstMatch(of: /"secret":"([0-9a-f]+)"/)).1)
                let start = ContinuousClock.now
                let imported = try await runProgram(["followers", "import", file, "--account", "wxscale"] + at)
                note("\(Self.followers) followers imported in \(ContinuousClock.now - start)")
                #expect(
                    imported.output
                        == "\((Self.followers + 1).grouped) openids read, \(Self.followers.grouped) new, 1 broken line skipped.\n"
                )
                let again = try await runProgram(["followers", "import", file, "--account", "wxscale"] + at)
                #expect(again.output.contains(" 0 new,"), "\(again.output)")
                try await live(server, secret: secret)
            }
            try await withLiveSandbox("serve", data: directory + "/store") { server in
                let listed = try await runProgram(["accounts", "--admin-url", server.addresses.admin])
                #expect(listed.output.contains("  \(Self.followers)  "), "\(listed.output)")
            }
        }
    }

    private func live(_ server: LiveServer, secret: String) async throws {
        let host = server.http
        @Sendable func post(_ path: String, _ body: String) async throws -> String {
            try await host.send(WireRequest("POST", path, body: Array(body.utf8))).text
        }
        let issued = try await post(
            "/cgi-bin/stable_token",
            #"{"grant_type":"client_credential","appid":"wxscale","secret":"\#(secret)"}"#)
        let token = String(try #require(issued.firstMatch(of: /"access_token":"([^"]+)"/)).1)
        @Sendable func path(_ path: String) -> String { "/cgi-bin/\(path)?access_token=\(token)" }
        #expect(try await post(path("tags/create"), #"{"tag":{"name":"all"}}"#).contains(#""id":100"#))

        let start = ContinuousClock.now
        try await each(0..<Self.followers, path("tags/members/batchtagging"), tag: 100, on: host)
        note("\(Self.followers) followers tagged in \(ContinuousClock.now - start)")
        let tags = try await host.send(WireRequest("GET", path("tags/get")))
        #expect(tags.text.contains(#""id":100,"name":"all","count":\#(Self.followers)}"#), "\(tags.text)")
        #expect(try await pages(path("user/tag/get"), on: host) == Self.followers)

        if Self.followers > 100_000 {
            #expect(try await post(path("tags/delete"), #"{"tag":{"id":100}}"#).contains("45057"))
        }
        // The followers who keep the tag are spread evenly, so that each of the store's chunks of followers has some.
        try await each(0..<Self.followers, path("tags/members/batchuntagging"), tag: 100, on: host) {
            $0 % (Self.followers / Self.left) != 0
        }

        // Other callers make calls while the store removes the tag from every follower.
        let isDeleted = SharedNumber(0)
        let slowest = try await withThrowingTaskGroup(of: Duration.self) { group in
            for number in 0..<4 {
                group.addTask {
                    var slowest = Duration.zero
                    var calls = 0
                    while calls < 50 || isDeleted.value == 0 {
                        let body = Array(#"{"openid":"\#(Self.openID(number))"}"#.utf8)
                        let start = ContinuousClock.now
                        _ = try await host.send(WireRequest("POST", path("tags/getidlist"), body: body))
                        slowest = max(slowest, ContinuousClock.now - start)
                        calls += 1
                    }
                    return slowest
                }
            }
            let start = ContinuousClock.now
            #expect(try await post(path("tags/delete"), #"{"tag":{"id":100}}"#) == #"{"errcode":0,"errmsg":"ok"}"#)
            note("deleted in \(ContinuousClock.now - start)")
            _ = isDeleted.take(1)
            return try await group.reduce(Duration.zero, max)
        }
        note("the slowest call during the deletion took \(slowest)")
        #expect(
            try await post(path("tags/getidlist"), #"{"openid":"\#(Self.openID(0))"}"#) == #"{"tagid_list":[]}"#)
        #expect(try await post(path("tags/create"), #"{"tag":{"name":"all"}}"#).contains(#""id":101"#))
        #expect(try await pages(path("user/tag/get"), tag: 101, on: host) == 0)
    }

    /// Returns the number of openids on all pages of a tag.
    private func pages(_ path: String, tag: Int = 100, on host: LiveHost) async throws -> Int {
        var count = 0
        var next = ""
        while true {
            let body = #"{"tagid":\#(tag),"next_openid":"\#(next)"}"#
            let text = try await host.send(WireRequest("POST", path, body: Array(body.utf8))).text
            let page = try #require(text.firstMatch(of: /^{"count":([0-9]+)/))
            guard let size = Int(page.1), size > 0 else { return count }
            count += size
            next = String(try #require(text.firstMatch(of: /"next_openid":"([^"]+)"}$/)).1)
        }
    }
}

/// A number that several tasks increase.
private final class SharedNumber: Sendable {
    private let number: Mutex<Int>

    init(_ number: Int) {
        self.number = Mutex(number)
    }

    var value: Int { number.withLock { $0 } }

    /// Adds `step`, and returns the number before the addition.
    func take(_ step: Int) -> Int {
        number.withLock { number in
            defer { number += step }
            return number
        }
    }
}
