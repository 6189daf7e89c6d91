import AsyncAlgorithms
import Foundation
import OfficialAccount
import OfficialAccountClient
import TagStore
import Testing

@testable import TaglineServer

/// Tests the SDK against the server's own router without a socket.
@Suite struct ClientInProcessTests {
    private func client(_ sandbox: SandboxInProcess, of account: AppID, _ secret: String) -> OfficialAccountClient {
        OfficialAccountClient(
            appID: account, secret: secret, transport: sandbox.transport, retries: .none,
            timing: Timing(now: { sandbox.clock.now.seconds }))
    }

    private func service(_ sandbox: SandboxInProcess) -> OfficialAccountClient {
        client(sandbox, of: DemoWorld.service.appID, DemoWorld.service.secret)
    }

    private func demo(_ number: Int) throws -> OpenID {
        try #require(OpenID("ocYxcuDemoFollower" + String(number + 10_000_000_000).dropFirst()))
    }

    @Test func `the example call of WeChat's documentation tags its two followers`() async throws {
        try await withSandbox { sandbox in
            let wechat = service(sandbox)
            let followers = try [
                #require(OpenID("ocYxcuAEy30bX0NXmGn4ypqx3tI0")), #require(OpenID("ocYxcuBt0mRugKZ7tGAHPnUaOW7Y")),
            ]
            try await wechat.tags.batchTagging(followers, tag: 134)
            #expect(try await wechat.tags.tags(of: followers[0]) == [134])
            #expect(try await wechat.tags.followers(of: 134).openIDs == followers)
            try await wechat.tags.batchUntagging(followers, tag: 134)
            #expect(try await wechat.tags.list().first { $0.id == 134 }?.count == 0)
        }
    }

    @Test func `the server gives a different error code for each demo follower who cannot be tagged`() async throws {
        try await withSandbox { sandbox in
            let left = try #require(OpenID("ocYxcuDemoLeft00000000000001"))
            let foreign = try #require(OpenID("ohK2suDemoFollower0000000001"))
            let full = try demo(1000)
            for (openID, code) in [(left, 40003), (foreign, 49003), (full, 45059)] as [(OpenID, Int)] {
                let failure = await #expect(throws: CallFailure.self) {
                    try await service(sandbox).tags.batchTagging([openID], tag: 134)
                }
                guard case .refused(let error) = failure else {
                    Issue.record("\(failure as Any)")
                    return
                }
                #expect(error.code == ErrorCode(code) && error.rid != nil && error.explanation != nil)
                #expect(error.time == Int(testStart.seconds))
            }
        }
    }

    @Test func `a bulk run finds every follower of the demo world who cannot be tagged`() async throws {
        try await withSandbox { sandbox in
            let wechat = service(sandbox)
            var openIDs = try (1...1000).map(demo)
            openIDs.insert(try #require(OpenID("ocYxcuDemoLeft00000000000001")), at: 70)
            openIDs.insert(try #require(OpenID("ohK2suDemoFollower0000000007")), at: 700)
            var rejected: [OpenID: Int] = [:]
            let run = BulkTagger(wechat.tags).tag(openIDs.async, with: 134)
            for try await outcome in run {
                if case .rejected(let error) = outcome.result {
                    rejected[outcome.tagging.openID] = error.code.rawValue
                } else {
                    #expect(outcome.result == .applied)
                }
            }
            #expect(rejected == [openIDs[70]: 40003, openIDs[700]: 49003, try demo(1000): 45059])
            #expect(try await wechat.tags.list().first { $0.id == 134 }?.count == 999)
        }
    }

    @Test func `a run stops if it uses up the quota, and counts the followers that it has not tried`() async throws {
        let policy = QuotaPolicy(perDay: [BatchTagging.endpoint.path: 5], perMinute: [:])
        try await withSandbox(policy: policy) { sandbox in
            let run = BulkTagger(service(sandbox).tags).tag(try (1...900).map(demo).async, with: 134)
            for try await _ in run {}
            let progress = await run.progress
            #expect(progress.applied == 250 && progress.notTried == 650)
            guard case .refused(let error) = progress.stop else {
                Issue.record("\(progress)")
                return
            }
            #expect(error.code == .dailyQuotaReached)
        }
    }
}
