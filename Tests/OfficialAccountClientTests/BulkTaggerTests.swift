import AsyncAlgorithms
import Foundation
import OfficialAccount
import OfficialAccountClient
import Synchronization
import TagStoreConformance
import Testing

@Suite struct BulkTaggerTests {
    private static let tag = TagID(134)

    private func openID(_ number: Int) -> OpenID { .numbered("oBulk", number) }

    private func openIDs(_ numbers: Range<Int>) -> [OpenID] { numbers.map(openID) }

    private func client(
        _ platform: WeChatModel, _ clock: JumpingClock = JumpingClock(), retries: RetryPolicy = .standard
    ) async throws -> OfficialAccountClient {
        let client = OfficialAccountClient(
            appID: "wx1", secret: "s", transport: platform, retries: retries, timing: clock.timing())
        _ = try await client.tags.list()
        return client
    }

    private func followers(_ numbers: Range<Int>, bad: Set<Int> = []) -> [OpenID: Set<TagID>] {
        Dictionary(uniqueKeysWithValues: numbers.filter { !bad.contains($0) }.map { (openID($0), []) })
    }

    private func outcomes(_ run: BulkTagger.Run) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for try await outcome in run { outcomes.append(outcome) }
        return outcomes
    }

    private func rejected(_ outcomes: [Outcome]) -> [OpenID: ErrorCode] {
        var rejected: [OpenID: ErrorCode] = [:]
        for outcome in outcomes {
            if case .rejected(let error) = outcome.result { rejected[outcome.tagging.openID] = error.code }
        }
        return rejected
    }

    @Test func `a run reports the bad openids and tags all other followers with few calls`() async throws {
        let bad: Set = [7, 49, 50, 333, 999]
        var followers = followers(0..<1000, bad: bad)
        followers[openID(500)] = Set((0..<20).map { TagID(200 + $0) })
        let platform = WeChatModel(followers: followers)
        let run = BulkTagger(try await client(platform).tags).tag(openIDs(0..<1000).async, with: Self.tag)
        let outcomes = try await outcomes(run)
        #expect(outcomes.count == 1000 && Set(outcomes.map(\.tagging.openID)).count == 1000)
        var expected = Dictionary(uniqueKeysWithValues: bad.map { (openID($0), ErrorCode(40003)) })
        expected[openID(500)] = ErrorCode(45059)
        #expect(rejected(outcomes) == expected)
        #expect(platform.carried.values.filter { $0.contains(Self.tag) }.count == 994)
        let progress = await run.progress
        #expect(progress.read == 1000 && progress.applied == 994 && progress.rejected == 6 && progress.stop == nil)
        // To find a bad openid among fifty, a run halves the batch six times, with at most two calls each time.
        #expect(progress.calls <= 20 + 6 * 12 && progress.calls == platform.seen.calls)
        #expect(outcomes.map(\.tagging.line).sorted() == Array(1...1000))
    }

    @Test func `after 45171 a run sends only the listed openids again`() async throws {
        let platform = WeChatModel(followers: followers(0..<200, bad: [3, 60]), answersSingly: true)
        let retries = RetryPolicy(attempts: 3)
        let run = BulkTagger(try await client(platform, retries: retries).tags).tag(
            openIDs(0..<200).async, with: Self.tag)
        let outcomes = try await outcomes(run)
        #expect(rejected(outcomes) == [openID(3): ErrorCode(45171), openID(60): ErrorCode(45171)])
        #expect(
            platform.seen.sent.filter { $0.value > 1 }.keys.sorted(by: { "\($0)" < "\($1)" }) == [
                openID(3), openID(60),
            ])
        #expect(platform.seen.sent[openID(3)] == 3)
    }

    @Test(arguments: ["null", "5", "{}", "\" ocYxcu \"", "\"ocYxcuNobodyOfThisBatch00001\"", ""])
    func `if an answer 45171 has a wrong list, a run counts only tagged followers as tagged`(odd: String) async throws {
        let platform = WeChatModel(followers: followers(0..<100)) { call, _ in
            let text = String(decoding: call.body, as: UTF8.self)
            // The platform refuses each batch that has both follower 3 and follower 4, and applies all other batches.
            // The refusal lists follower 3 and the entry `odd`. If `odd` is empty, the refusal has an empty list.
            guard text.contains("\(openID(3))"), text.contains("\(openID(4))") else { return .none }
            let list = odd.isEmpty ? "" : "\"\(openID(3))\",\(odd)"
            return .answers(#"{"errcode":45171,"errmsg":"some","fail_openid_list":[\#(list)]}"#, applied: false)
        }
        let run = BulkTagger(try await client(platform, retries: RetryPolicy(attempts: 2)).tags).tag(
            openIDs(0..<100).async, with: Self.tag)
        let applied = try await outcomes(run).filter { $0.result == .applied }
        #expect(applied.count == 100)
        for outcome in applied { #expect(platform.carried[outcome.tagging.openID]?.contains(Self.tag) == true) }
    }

    @Test func `a run sends duplicate taggings once`() async throws {
        let platform = WeChatModel(followers: followers(0..<300))
        let twice = openIDs(0..<300) + openIDs(0..<300)
        let run = BulkTagger(try await client(platform).tags).tag(twice.async, with: Self.tag)
        #expect(try await outcomes(run).count == 300)
        #expect(await run.progress.duplicates == 300)
        #expect(platform.seen.sent.values.allSatisfy { $0 == 1 })
    }

    @Test func `a follower who gets several tags is never in two calls at once`() async throws {
        let tags = (0..<5).map { TagID(134 + $0) }
        let platform = WeChatModel(followers: followers(0..<500), tags: Set(tags)) { _, _ in
            for _ in 0..<20 { await Task.yield() }
            return .none
        }
        let taggings = openIDs(0..<500).flatMap { openID in tags.map { Tagging(.tag, openID, $0) } }
        let run = BulkTagger(try await client(platform).tags).apply(taggings.async)
        #expect(try await outcomes(run).allSatisfy { $0.result == .applied })
        #expect(platform.seen.overlaps == 0 && platform.seen.mostAtOnce > 1)
        #expect(platform.carried.values.allSatisfy { $0.count == 5 })
        #expect(platform.seen.calls == 50)
    }

    @Test(arguments: [45009, 48001, 40013, 45159, 40001])
    func `a code that every call would get ends the run, and the run reports all outcomes`(code: Int) async throws {
        let platform = WeChatModel(followers: followers(0..<5000)) { _, number in
            number > 10 ? .code(code) : .none
        }
        let run = BulkTagger(try await client(platform).tags).tag(openIDs(0..<5000).async, with: Self.tag)
        let outcomes = try await outcomes(run)
        #expect(outcomes.count == 5000)
        let applied = outcomes.filter { $0.result == .applied }.map(\.tagging.openID)
        #expect(applied.count == 500)
        #expect(
            platform.carried.filter { $0.value.contains(Self.tag) }.keys.sorted { "\($0)" < "\($1)" }
                == applied.sorted { "\($0)" < "\($1)" })
        guard case .refused(let error) = await run.progress.stop else {
            Issue.record("the run did not stop")
            return
        }
        #expect(error.code == ErrorCode(code))
        #expect(await run.progress.notTried == 4500)
        // The run stops soon. The client repeats a call after 45159 a few times, because the client has seen the tag in
        // the list of tags.
        #expect(platform.seen.calls < 10 + 64 * 8)
    }

    @Test func `too many calls in a minute make all calls wait for the next minute`() async throws {
        let clock = JumpingClock()
        let platform = WeChatModel(followers: followers(0..<2000)) { _, _ in
            let minute = (1000 + clock.now.offset.components.seconds) / 60
            clock.advance(by: .milliseconds(10))
            return minute < 17 ? .code(45011) : .none
        }
        let run = BulkTagger(try await client(platform, clock).tags).tag(openIDs(0..<2000).async, with: Self.tag)
        #expect(try await outcomes(run).allSatisfy { $0.result == .applied })
        #expect(clock.pauses.contains { $0 >= .seconds(19) } && clock.pauses.allSatisfy { $0 <= .seconds(61) })
        #expect(await run.progress.stop == nil)
    }

    @Test func `a server that does not answer ends the run, and the outcome of sent taggings is unknown`() async throws
    {
        for mishap in [Mishap.noConnection, .lost(applied: true), .answers("<html>", applied: false), .code(-1)] {
            let platform = WeChatModel(followers: followers(0..<3000)) { _, number in number > 5 ? mishap : .none }
            let run = BulkTagger(try await client(platform).tags).tag(openIDs(0..<3000).async, with: Self.tag)
            let outcomes = try await outcomes(run)
            #expect(outcomes.count == 3000)
            let progress = await run.progress
            #expect(progress.applied == 250 && progress.rejected == 0)
            #expect((progress.unknown == 0) == (mishap == .noConnection))
            guard case .failed = progress.stop else {
                Issue.record("\(mishap): \(progress)")
                return
            }
        }
    }

    @Test func `an unknown code rejects a follower, but about a hundred such rejections end the run`() async throws {
        let bad = openID(70)
        let platform = WeChatModel(followers: followers(0..<2000)) { call, _ in
            let text = String(decoding: call.body, as: UTF8.self)
            return text.contains("\(bad)") ? .code(4_711_000) : .none
        }
        let run = BulkTagger(try await client(platform).tags).tag(openIDs(0..<2000).async, with: Self.tag)
        #expect(rejected(try await outcomes(run)) == [bad: ErrorCode(4_711_000)])

        let strange = WeChatModel(followers: followers(0..<2000)) { _, _ in .code(4_711_000) }
        let stopped = BulkTagger(try await client(strange).tags).tag(openIDs(0..<2000).async, with: Self.tag)
        _ = try await outcomes(stopped)
        #expect(await stopped.progress.rejected < 300)
        #expect(await stopped.progress.stop != nil)
    }

    @Test func `a run finds the one follower for whom the platform always fails, and tags the others`() async throws {
        let bad = openID(70)
        let platform = WeChatModel(followers: followers(0..<2000)) { call, _ in
            String(decoding: call.body, as: UTF8.self).contains("\(bad)") ? .code(-1) : .none
        }
        let retries = RetryPolicy(attempts: 3)
        let run = BulkTagger(try await client(platform, retries: retries).tags).tag(
            openIDs(0..<2000).async, with: Self.tag)
        let outcomes = try await outcomes(run)
        let unknown = outcomes.filter { if case .unknown = $0.result { true } else { false } }
        #expect(unknown.map(\.tagging.openID) == [bad])
        #expect(await run.progress.applied == 1999)
    }

    @Test func `a run applies the taggings of one follower in the order of the input`() async throws {
        let platform = WeChatModel(followers: followers(0..<120)) { _, _ in
            for _ in 0..<10 { await Task.yield() }
            return .none
        }
        // The run fills a batch of untaggings before it fills the first batch of taggings.
        let odd = stride(from: 1, to: 60, by: 2).map { Tagging(.tag, openID($0), Self.tag) }
        let off = (0..<60).map { Tagging(.untag, openID($0), Self.tag) }
        let on = (0..<30).map { Tagging(.tag, openID($0), Self.tag) }
        let run = BulkTagger(try await client(platform).tags).apply((odd + off + on + on).async)
        #expect(try await outcomes(run).count == odd.count + off.count + on.count)
        #expect(platform.carried.filter { !$0.value.isEmpty }.keys.count == 30)
        #expect(on.allSatisfy { platform.carried[$0.openID] == [Self.tag] })
        #expect(platform.seen.overlaps == 0)
    }

    @Test(arguments: [Int.min, -1, 0, 1, Int.max])
    func `a run replaces an invalid concurrency or batch size with the nearest valid one`(concurrency: Int) async throws
    {
        let platform = WeChatModel(followers: followers(0..<3000))
        var options = BulkTagger.Options()
        options.concurrency = concurrency
        options.batchSize = concurrency
        let run = BulkTagger(try await client(platform).tags, options: options).tag(
            openIDs(0..<3000).async, with: Self.tag)
        #expect(try await outcomes(run).allSatisfy { $0.result == .applied })
    }

    @Test func `a run reads the tags of a refused follower whom an earlier run may have tagged`() async throws {
        let followers: [OpenID: Set<TagID>] = [openID(0): [Self.tag], openID(1): [], openID(2): [Self.tag]]
        let platform = WeChatModel(followers: followers) { call, _ in
            call.endpoint == BatchTagging.endpoint ? .code(40003) : .none
        }
        let taggings = (0..<3).map { number -> Tagging in
            var tagging = Tagging(.tag, openID(number), Self.tag, line: number)
            tagging.mayHaveBeenApplied = number < 2
            return tagging
        }
        let run = BulkTagger(try await client(platform).tags).apply(taggings.async)
        let outcomes = try await outcomes(run)
        #expect(outcomes.filter { $0.result == .applied }.map(\.tagging.line) == [0])
        #expect(rejected(outcomes) == [openID(1): ErrorCode(40003), openID(2): ErrorCode(40003)])
        #expect(platform.seen.lookUps == 2)
    }

    @Test func `a run makes no more calls than its options allow`() async throws {
        let platform = WeChatModel(followers: followers(0..<2000))
        var options = BulkTagger.Options()
        options.calls = 7
        let run = BulkTagger(try await client(platform).tags, options: options).tag(
            openIDs(0..<2000).async, with: Self.tag)
        let outcomes = try await outcomes(run)
        #expect(outcomes.count == 2000 && outcomes.filter { $0.result == .applied }.count == 350)
        #expect(platform.seen.calls == 7)
        #expect(await run.progress.stop == .callsUsedUp)
    }

    @Test func `a stopped run reports all outcomes, and a run ends if its caller stops reading them`() async throws {
        let platform = WeChatModel(followers: followers(0..<5000))
        let run = BulkTagger(try await client(platform).tags).tag(openIDs(0..<5000).async, with: Self.tag)
        var count = 0
        for try await _ in run {
            count += 1
            if count == 100 { await run.stop() }
        }
        #expect(count == 5000)
        #expect(await run.progress.stop == .asked)

        let left = BulkTagger(try await client(platform).tags).tag(openIDs(0..<5000).async, with: Self.tag)
        for try await _ in left { break }
        let task = Task { [platform] in
            let run = BulkTagger(try await client(platform).tags).tag(Endless(), with: Self.tag)
            for try await _ in run {}
        }
        while platform.seen.calls < 300 { await Task.yield() }
        task.cancel()
        let result = await task.result
        #expect(throws: CancellationError.self) { try result.get() }
    }

    @Test func `if the input fails, a run first reports the outcomes of the earlier input and then throws the error`()
        async throws
    {
        let platform = WeChatModel(followers: followers(0..<120))
        let run = BulkTagger(try await client(platform).tags).tag(Broken(openIDs: openIDs(0..<120)), with: Self.tag)
        var count = 0
        await #expect(throws: Broken.Failure.self) {
            for try await outcome in run {
                #expect(outcome.result == .applied)
                count += 1
            }
        }
        // The input fails before the third chunk of fifty is complete. So the run does not take the last twenty
        // openids.
        #expect(count == 100)
    }

    /// Any mishap can happen to a call, before or after the platform applies the call. The reported outcomes must be
    /// true.
    @Test(arguments: 0..<60)
    func `the reported outcomes agree with the platform after any mishaps`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...1500, using: &random)
        let verb: Tagging.Verb = Bool.random(using: &random) ? .tag : .untag
        let tags = (0..<Int.random(in: 1...3, using: &random)).map { TagID(134 + $0) }
        var followers: [OpenID: Set<TagID>] = [:]
        for number in 0..<count where Int.random(in: 0..<40, using: &random) > 0 {
            followers[openID(number)] =
                Int.random(in: 0..<60, using: &random) == 0
                ? Set((0..<20).map { TagID(200 + $0) }) : verb == .untag ? Set(tags) : []
        }
        let badness = Double.random(in: 0..<0.4, using: &random)
        let isFatal = Int.random(in: 0..<4, using: &random) == 0
        let source = Mutex(random)
        let platform = WeChatModel(
            followers: followers, tags: Set(tags), answersSingly: seed % 3 == 0
        ) { _, number in
            let (roll, kind, yields) = source.withLock { random in
                (
                    Double.random(in: 0..<1, using: &random), Int.random(in: 0..<12, using: &random),
                    Int.random(in: 0..<8, using: &random)
                )
            }
            for _ in 0..<yields { await Task.yield() }
            guard roll < badness else { return .none }
            switch kind {
            case 0: return .lost(applied: true)
            case 1: return .lost(applied: false)
            case 2: return .answers("{\"errcode\":0,\"errm", applied: true)
            case 3: return .answers(#"{"errcode":-1,"errmsg":"system error"}"#, applied: true)
            case 4: return .code(45011)
            case 5: return .code(45169)
            case 6: return .code(45159)
            case 7: return .code(42001)
            case 8: return .noConnection
            case 9: return .answers("<html>502</html>", applied: false)
            case 10: return .code(-1)
            default: return isFatal && number > 20 ? .code(45009) : .code(45169)
            }
        }
        let taggings = (0..<count).flatMap { number in tags.map { Tagging(verb, openID(number), $0, line: number) } }
        let client = try await client(platform)
        let run = BulkTagger(client.tags).apply(taggings.shuffled(using: &random).async)
        let outcomes = try await outcomes(run)
        #expect(Set(outcomes.map(\.tagging)) == Set(taggings) && outcomes.count == taggings.count)
        #expect(platform.seen.overlaps == 0 && platform.seen.sizes.allSatisfy { $0 <= 50 })
        let carried = platform.carried
        for outcome in outcomes {
            let openID = outcome.tagging.openID
            let isThere = carried[openID]?.contains(outcome.tagging.tag) ?? false
            switch outcome.result {
            case .applied: #expect(isThere == (verb == .tag), "\(outcome)")
            case .rejected, .notTried:
                #expect(isThere == followers[openID]?.contains(outcome.tagging.tag) ?? false, "\(outcome)")
            case .unknown: break
            }
        }
        // A follower with room for the tags is rejected only if all tries got 45169 or 45171.
        for (openID, code) in rejected(outcomes) where followers[openID].map({ $0.count < 4 }) ?? false {
            #expect([45169, 45171].contains(code.rawValue), "\(openID) \(code)")
        }
    }
}

/// An endless sequence of openids.
private struct Endless: AsyncSequence, AsyncIteratorProtocol, Sendable {
    var count = 0

    func makeAsyncIterator() -> Endless { self }

    mutating func next() async -> OpenID? {
        count += 1
        return OpenID("oBulk" + String(count + 10_000_000).padding(toLength: 23, withPad: "0", startingAt: 0))
    }
}

/// A sequence of openids that ends with an error.
private struct Broken: AsyncSequence, AsyncIteratorProtocol, Sendable {
    struct Failure: Error {}

    let openIDs: [OpenID]
    var count = 0

    func makeAsyncIterator() -> Broken { self }

    mutating func next() async throws -> OpenID? {
        guard count < openIDs.count else { throw Failure() }
        defer { count += 1 }
        return openIDs[count]
    }
}
