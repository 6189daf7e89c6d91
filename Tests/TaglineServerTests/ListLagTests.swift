import Foundation
import OfficialAccount
import TagStore
import Testing
import WireTable

@testable import TaglineServer

/// Tests an account whose lists show changes only after a delay, the list lag.
@Suite struct ListLagTests {
    private static let openIDs = (1...4).map { DemoWorld.follower($0, prefix: "ocYxcu") }

    /// A sandbox whose service account has a list lag of ten seconds.
    private struct Bench {
        let sandbox: SandboxInProcess
        let run: WireRun

        init(_ sandbox: SandboxInProcess) async throws {
            self.sandbox = sandbox
            run = try await WireRun(host: sandbox.host)
            let path = "/accounts/\(DemoWorld.service.appID)/unsteadiness"
            let set = try await sandbox.admin.send(
                WireRequest("PUT", path, body: Array(#"{"list_lag":"10s"}"#.utf8)))
            try #require(set.status == 200)
        }

        private func call(_ path: String, _ body: String) async throws -> String {
            try await run.send(
                WireRequest("POST", "/cgi-bin/\(path)?access_token={service}", body: Array(body.utf8))
            ).text
        }

        func change(_ path: String, _ openIDs: [String]) async throws {
            let list = openIDs.map { "\"\($0)\"" }.joined(separator: ",")
            let answer = try await call("tags/members/\(path)", #"{"openid_list":[\#(list)],"tagid":134}"#)
            #expect(answer == #"{"errcode":0,"errmsg":"ok"}"#)
        }

        /// Returns the openids that `user/tag/get` lists after `cursor`.
        func list(after cursor: String = "") async throws -> [String] {
            let text = try await call("user/tag/get", #"{"tagid":134,"next_openid":"\#(cursor)"}"#)
            let list = text.firstMatch(of: /"openid":\[([^\]]*)\]/)?.1 ?? ""
            return list.split(separator: ",").map { $0.trimmingCharacters(in: ["\""]) }
        }

        func tags(of openID: String) async throws -> String {
            try await call("tags/getidlist", #"{"openid":"\#(openID)"}"#)
        }

        func advance(_ seconds: Int64) throws { _ = try sandbox.clock.advance(bySeconds: seconds) }
    }

    @Test func `an untagging appears in lists only after the lag, and the lists keep their order`() async throws {
        try await withSandbox { sandbox in
            let bench = try await Bench(sandbox)
            try await bench.change("batchtagging", Self.openIDs)
            try bench.advance(10)
            #expect(try await bench.list() == Self.openIDs)

            try await bench.change("batchuntagging", [Self.openIDs[1], Self.openIDs[2]])
            #expect(try await bench.list() == Self.openIDs)
            #expect(try await bench.list(after: Self.openIDs[1]) == [Self.openIDs[2], Self.openIDs[3]])
            #expect(try await bench.tags(of: Self.openIDs[1]) == #"{"tagid_list":[134]}"#)
            try bench.advance(9)
            #expect(try await bench.list() == Self.openIDs)
            try bench.advance(1)
            #expect(try await bench.list() == [Self.openIDs[0], Self.openIDs[3]])
            #expect(try await bench.tags(of: Self.openIDs[1]) == #"{"tagid_list":[]}"#)
        }
    }

    @Test func `a change without an effect does not appear after the lag`() async throws {
        try await withSandbox { sandbox in
            let bench = try await Bench(sandbox)
            try await bench.change("batchuntagging", [Self.openIDs[0]])
            #expect(try await bench.list().isEmpty)
            try await bench.change("batchtagging", [Self.openIDs[0]])
            try bench.advance(10)
            try await bench.change("batchtagging", [Self.openIDs[0]])
            #expect(try await bench.list() == [Self.openIDs[0]])
            // A caller that untags again, because the list still shows the follower, does not prolong the lag.
            try await bench.change("batchuntagging", [Self.openIDs[0]])
            try bench.advance(6)
            try await bench.change("batchuntagging", [Self.openIDs[0]])
            try bench.advance(6)
            #expect(try await bench.list().isEmpty)
        }
    }

    @Test func `a change that is undone within the lag never appears`() async throws {
        try await withSandbox { sandbox in
            let bench = try await Bench(sandbox)
            try await bench.change("batchtagging", [Self.openIDs[0]])
            try bench.advance(1)
            try await bench.change("batchuntagging", [Self.openIDs[0]])
            #expect(try await bench.list().isEmpty)
            try await bench.change("batchtagging", [Self.openIDs[0]])
            try bench.advance(10)
            try await bench.change("batchuntagging", [Self.openIDs[0]])
            try await bench.change("batchtagging", [Self.openIDs[0]])
            #expect(try await bench.list() == [Self.openIDs[0]])
        }
    }

    @Test func `no follower carries a deleted tag, even within the lag`() async throws {
        try await withSandbox { sandbox in
            let bench = try await Bench(sandbox)
            try await bench.change("batchtagging", [Self.openIDs[0]])
            try bench.advance(10)
            try await bench.change("batchuntagging", [Self.openIDs[0]])
            #expect(try await bench.tags(of: Self.openIDs[0]) == #"{"tagid_list":[134]}"#)
            try await sandbox.store.deleteTag(134, for: DemoWorld.service.appID)
            #expect(try await bench.tags(of: Self.openIDs[0]) == #"{"tagid_list":[]}"#)
        }
    }
}
