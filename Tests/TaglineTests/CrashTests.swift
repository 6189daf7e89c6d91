import Foundation
import Subprocess
import TagStoreConformance
import TaglineServer
import Testing
import WireTable

/// Kills the server under load with `kill -9`, many times on the same data. Afterwards the server must have every
/// acknowledged tagging, and only taggings that a caller sent.
@Suite struct CrashTests {
    @Test func `after kill -9, the server still has all acknowledged taggings`() async throws {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["TAGLINE_CRASH_ROUNDS"].flatMap { Int($0) } ?? 10
        let seed = RandomSeed.chosen()
        print("crash rounds: \(rounds), TAGLINE_SEED=\(seed)")
        var random = SeededGenerator(seed: seed)
        try await withTemporaryDirectory { data in
            var ledger = Ledger()
            for round in 0..<rounds {
                let load = Load(seed: random.next(), acknowledgements: Int.random(in: 1...300, using: &random))
                let known = ledger
                let run = try await withLiveSandbox(data: data) { server in
                    let run = try await WireRun(host: server.http)
                    let settled = try await known.settle(run)
                    return try await load.run(on: server, run, settled)
                }
                #expect(!run.status.isSuccess, "round \(round): the server was not killed")
                ledger = run.value
            }
            let final = ledger
            let last = try await withLiveSandbox(data: data) { try await final.settle(WireRun(host: $0.http)) }
            print("crash rounds: \(last.value.acknowledged.count) taggings on disk at the end")
            #expect(last.value.acknowledged.count > rounds)
        }
    }
}

/// A tag and a follower who carries it.
struct AnsweredTagging: Hashable, Sendable {
    let openID: String
    let tag: Int
}

/// A call that got no answer.
struct OpenCall: Sendable {
    let taggings: Set<AnsweredTagging>
}

/// The taggings that the server acknowledged, and the calls without an answer, which the server may have applied.
struct Ledger: Sendable {
    var acknowledged: Set<AnsweredTagging> = []
    var open: [OpenCall] = []

    static let tags = Array(100...117) + [134]

    /// Compares the ledger with the state of the server after the crash. Returns a ledger of all taggings that the
    /// server has.
    ///
    /// Throws ``WireMismatch`` if the server lost an acknowledged tagging, has a tagging that no caller sent, or
    /// applied only a part of a call.
    func settle(_ run: WireRun) async throws -> Ledger {
        let held = try await Self.read(run)
        let lost = acknowledged.subtracting(held)
        guard lost.isEmpty else { throw WireMismatch("acknowledged and lost: \(lost.prefix(5))") }
        let sent = open.reduce(into: acknowledged) { $0.formUnion($1.taggings) }
        let invented = held.subtracting(sent).filter { $0.openID != DemoWorld.fullyTagged }
        guard invented.isEmpty else { throw WireMismatch("never sent, but on the server: \(invented.prefix(5))") }
        for call in open {
            let news = call.taggings.subtracting(acknowledged)
            guard news.isSubset(of: held) || news.isDisjoint(with: held) else {
                throw WireMismatch(
                    "only a part of a call was applied: \(news.intersection(held).count) of \(news.count)")
            }
        }
        return Ledger(acknowledged: held, open: [])
    }

    private static func read(_ run: WireRun) async throws -> Set<AnsweredTagging> {
        struct TagList: Decodable {
            struct Tag: Decodable {
                let id: Int
                let count: Int
            }
            let tags: [Tag]
        }
        struct Page: Decodable {
            struct OpenIDs: Decodable {
                let openid: [String]
            }
            let count: Int
            let data: OpenIDs?
        }
        let tags = try await run.send(WireRequest("GET", "/cgi-bin/tags/get?access_token={service}"))
        let counts = try JSONDecoder().decode(TagList.self, from: Data(tags.body)).tags
        var held: Set<AnsweredTagging> = []
        for tag in counts where Self.tags.contains(tag.id) {
            let answer = try await run.send(
                WireRequest(
                    "POST", "/cgi-bin/user/tag/get?access_token={service}", body: Array(#"{"tagid":\#(tag.id)}"#.utf8)))
            let page = try JSONDecoder().decode(Page.self, from: Data(answer.body))
            let openIDs = page.data?.openid ?? []
            guard openIDs.count == tag.count, page.count == tag.count else {
                throw WireMismatch("tag \(tag.id) counts \(tag.count) and lists \(openIDs.count)")
            }
            held.formUnion(openIDs.map { AnsweredTagging(openID: $0, tag: tag.id) })
        }
        return held
    }
}

/// Tags followers over several connections, and kills the server after `acknowledgements` answers.
struct Load: Sendable {
    let seed: UInt64
    let acknowledgements: Int

    private static let connections = 8

    func run(on server: LiveServer, _ run: WireRun, _ start: Ledger) async throws -> Ledger {
        let progress = Progress(start, killAfter: acknowledgements) { server.send(.kill) }
        await withTaskGroup(of: Void.self) { group in
            for connection in 0..<Self.connections {
                group.addTask {
                    var random = SeededGenerator(seed: seed &+ UInt64(connection))
                    while await progress.isRunning {
                        // Each connection has its own followers, so that no two calls conflict.
                        let numbers = (0..<Int.random(in: 1...50, using: &random)).map { _ in
                            Int.random(in: 0..<124, using: &random) * Self.connections + connection + 1
                        }
                        let tag = Ledger.tags[Int.random(in: 0..<Ledger.tags.count, using: &random)]
                        await call(Set(numbers.map { DemoWorld.follower($0, prefix: "ocYxcu") }), tag, run, progress)
                    }
                }
            }
        }
        return await progress.ledger
    }

    private func call(_ openIDs: Set<String>, _ tag: Int, _ run: WireRun, _ progress: Progress) async {
        let taggings = Set(openIDs.map { AnsweredTagging(openID: $0, tag: tag) })
        let list = openIDs.map { "\"\($0)\"" }.joined(separator: ",")
        let request = WireRequest(
            "POST", "/cgi-bin/tags/members/batchtagging?access_token={service}",
            body: Array(#"{"openid_list":[\#(list)],"tagid":\#(tag)}"#.utf8))
        do {
            let answer = try await run.send(request)
            await progress.answered(taggings, isSuccess: answer.text == #"{"errcode":0,"errmsg":"ok"}"#, answer.text)
        } catch {
            await progress.lost(taggings)
        }
    }

    private actor Progress {
        private(set) var ledger: Ledger
        private var remaining: Int
        private let kill: @Sendable () -> Void

        init(_ ledger: Ledger, killAfter acknowledgements: Int, kill: @escaping @Sendable () -> Void) {
            self.ledger = ledger
            remaining = acknowledgements
            self.kill = kill
        }

        var isRunning: Bool { remaining > 0 }

        func answered(_ taggings: Set<AnsweredTagging>, isSuccess: Bool, _ text: String) {
            guard isSuccess else {
                Issue.record("a call under load was refused: \(text)")
                return
            }
            ledger.acknowledged.formUnion(taggings)
            remaining -= 1
            if remaining == 0 { kill() }
        }

        func lost(_ taggings: Set<AnsweredTagging>) {
            ledger.open.append(OpenCall(taggings: taggings))
            remaining = 0
        }
    }
}
