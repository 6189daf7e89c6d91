import AdminAPI
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import OfficialAccount
import Synchronization
import TagStore
import Testing

@testable import TaglineServer

/// A spill file in memory. One of its writes can fail, and each can be short.
private final class MemoryFile: SpillFile {
    private struct State {
        var bytes: [UInt8] = []
        var writes = 0
        var reads = 0
    }

    private let state = Mutex(State())
    private let failing: Int
    private let most: Int

    /// - Parameters:
    ///   - failing: the number of the write that fails, from 1; 0 for none.
    ///   - most: the most bytes that one write takes.
    init(failing: Int = 0, most: Int = .max) {
        self.failing = failing
        self.most = most
    }

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var writes: Int { state.withLock { $0.writes } }
    var reads: Int { state.withLock { $0.reads } }

    func write(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(SpillFailure) -> Int {
        let part = bytes.prefix(most)
        let isWritten = state.withLock { state in
            state.writes += 1
            guard state.writes != failing else { return false }
            let missing = offset + part.count - state.bytes.count
            if missing > 0 { state.bytes += [UInt8](repeating: 0, count: missing) }
            state.bytes.replaceSubrange(offset..<offset + part.count, with: part)
            return true
        }
        guard isWritten else { throw SpillFailure("no space left on device") }
        return part.count
    }

    func read(_ count: Int, at offset: Int) throws(SpillFailure) -> [UInt8] {
        state.withLock { state in
            state.reads += 1
            return Array(state.bytes.dropFirst(offset).prefix(count))
        }
    }

    func removeAll() {
        state.withLock { $0.bytes = [] }
    }
}

/// A journal with a small memory, and the file that takes the calls with no room in it.
private struct SpillBench: Sendable {
    private final class Failures: Sendable {
        let reasons = Mutex<[SpillFailure]>([])
    }

    let journal: CallJournal
    let spill: CallSpill
    let file: MemoryFile
    private let failures: Failures

    init(size: Int = CallSpill.largest, largest: Int = 1 << 20, file: MemoryFile = MemoryFile()) {
        let failures = Failures()
        self.failures = failures
        self.file = file
        spill = CallSpill(into: file, size: size, key: [UInt8](repeating: 7, count: 32)) { failure in
            failures.reasons.withLock { $0.append(failure) }
        }
        journal = CallJournal(largest: largest, spill: spill)
    }

    /// The reasons why the file could not be written, one for each report.
    var reasons: [String] { failures.reasons.withLock { $0.map(\.description) } }

    var entries: [(number: Int, entry: CallEntry)] {
        journal.find(CallFilter(), after: 0, limit: .max).entries
    }

    /// Adds calls. Waits for the worker after every eighth call, so that the journal need not forget any.
    func fill(_ numbers: ClosedRange<Int>, _ call: (Int) -> CallEntry = { TestCall.entry($0) }) async {
        for number in numbers {
            journal.append(call(number))
            if number % 8 == 0 { await settle() }
        }
        await settle()
    }

    /// Waits until the worker has nothing more to write.
    func settle() async {
        let deadline = ContinuousClock.now + .seconds(60)
        while journal.ring.read({ $0.isSpilling }), ContinuousClock.now < deadline {
            await journal.ring.waitForChange(until: deadline) { !$0.isSpilling }
        }
    }
}

/// Makes calls that have their number in their content.
private enum TestCall {
    static func text(_ number: Int, _ length: Int) -> String {
        let part = "call \(number) "
        return String(repeating: part, count: length / part.utf8.count)
    }

    static func entry(_ number: Int, _ length: Int = 16_000) -> CallEntry {
        entry(number, body: text(number, length))
    }

    static func entry(
        _ number: Int, body: String, code: ErrorCode = .ok, path: String = "/cgi-bin/tags/create"
    ) -> CallEntry {
        CallEntry(
            APIRequest(
                method: .POST, target: "\(path)?access_token=token-of-\(number)",
                headers: ["User-Agent": "agent \(number)", "Host": "localhost"], body: ByteBuffer(string: body)),
            APIResponse(status: .ok, body: ByteBuffer(string: answer(number))), code: code, rid: nil, CallTrace(),
            at: testStart, in: .milliseconds(3), address: "127.0.0.1", keeping: .everything)
    }

    private static func answer(_ number: Int) -> String { "{\"answer\":\(number)}" }

    /// Returns whether the content is that of the call with this number, to the byte.
    static func isWhole(_ content: CallContent, _ number: Int, _ length: Int = 16_000) -> Bool {
        content.isKept && !content.isCut && content.request.target.query == "access_token=token-of-\(number)"
            && content.request.body.buffer == ByteBuffer(string: text(number, length))
            && content.response.body == ByteBuffer(string: answer(number))
            && content.header("user-agent") == "agent \(number)" && content.request.host == "localhost"
    }

    /// Returns the number of the call that has `content`.
    static func number(_ content: CallContent) -> Int? {
        content.header("user-agent").flatMap { Int($0.dropFirst("agent ".count)) }
    }
}

@Suite struct JournalSpillTests {
    @Test func `the journal keeps three thousand long calls byte for byte`() async {
        let bench = SpillBench(largest: 8 << 20)
        await bench.fill(1...3000)
        let found = bench.journal.find(CallFilter(), after: 0, limit: 10_000)
        #expect(found.entries.map { $0.number } == Array(1...3000) && found.missed == 0 && found.last == 3000)
        #expect(found.entries.allSatisfy { TestCall.isWhole($0.entry.content, $0.number) })
        #expect(found.entries.count { $0.entry.place != nil } > 2000)
        #expect(bench.journal.ring.read { $0.bytes } <= 8 << 20)
        for number in [1, 1500, 3000] {
            let record = bench.journal.entry(number)?.record(number: number)
            #expect(record == TestCall.entry(number).record(number: number))
            #expect(record?.request == TestCall.text(number, 16_000))
        }
        #expect(bench.reasons == [])
    }

    @Test func `calls that the file overwrites are forgotten, and counted as missed`() async {
        let bench = SpillBench(size: 1 << 20)
        await bench.fill(1...200)
        let found = bench.journal.find(CallFilter(), after: 0, limit: .max)
        let first = found.entries.first?.number ?? 0
        #expect(found.entries.map { $0.number } == Array(max(1, first)...200))
        #expect(found.entries.allSatisfy { TestCall.isWhole($0.entry.content, $0.number) })
        #expect(found.entries.count > 90 && found.missed == first - 1 && first > 1)
        #expect(bench.journal.entry(1) == nil && bench.file.bytes.count <= 1 << 20)
    }

    @Test(arguments: [1, 2, 7, 40])
    func `a file that fails is reported once, and the newest calls stay in memory`(failing: Int) async {
        let bench = SpillBench(file: MemoryFile(failing: failing))
        await bench.fill(1...120)
        #expect(bench.reasons == ["no space left on device"])
        let found = bench.journal.find(CallFilter(), after: 0, limit: .max)
        #expect(found.entries.allSatisfy { TestCall.isWhole($0.entry.content, $0.number) })
        #expect(found.entries.filter { $0.entry.place != nil }.map { $0.number } == Array(1..<failing))
        #expect(found.entries.last?.number == 120 && found.missed == 120 - found.entries.count && found.missed > 0)
        #expect(bench.journal.ring.read { $0.bytes } <= 1 << 20)
        // There may be room on the disk once the calls are forgotten. So the worker uses the file again.
        bench.journal.removeAll()
        await bench.fill(121...240)
        #expect(bench.entries.map { $0.number } == Array(121...240) && bench.reasons.count == 1)
        #expect(bench.entries.allSatisfy { TestCall.isWhole($0.entry.content, $0.number) })
    }

    @Test func `a short write is continued, and a write of no bytes is a failure`() async {
        let short = SpillBench(file: MemoryFile(most: 1000))
        await short.fill(1...100)
        #expect(short.entries.map { $0.number } == Array(1...100) && short.reasons == [])
        #expect(short.entries.allSatisfy { TestCall.isWhole($0.entry.content, $0.number) })
        let none = SpillBench(file: MemoryFile(most: 0))
        await none.fill(1...100)
        #expect(none.reasons == ["the file takes no more bytes"])
        #expect(none.entries.last?.number == 100 && none.entries.allSatisfy { $0.entry.place == nil })
    }

    @Test func `a call that is larger than the file is forgotten, and the file serves the next ones`() async {
        let bench = SpillBench(size: 8000)
        await bench.fill(1...200) { TestCall.entry($0, $0 == 1 ? 16_000 : 6000) }
        #expect(bench.reasons == [] && bench.journal.entry(1) == nil)
        #expect(bench.entries.allSatisfy { TestCall.isWhole($0.entry.content, $0.number, 6000) })
        #expect(bench.entries.count { $0.entry.place != nil } == 1)
    }

    @Test func `forgetting the calls forgets those in the file`() async throws {
        let bench = SpillBench()
        await bench.fill(1...150)
        let old = try #require(bench.journal.entry(1))
        #expect(old.place != nil && !bench.file.bytes.isEmpty)
        bench.journal.removeAll()
        await bench.settle()
        #expect(bench.entries.isEmpty && bench.file.bytes.isEmpty && bench.journal.entry(1) == nil)
        // A reader that found the call before still has its outline.
        let record = old.record(number: 1)
        #expect(record.request == nil && record.query == nil && record.answer == nil && record.openIDs == nil)
        #expect(record.path == "/cgi-bin/tags/create" && record.address == "127.0.0.1")
        await bench.fill(151...300)
        #expect(bench.entries.map { $0.number } == Array(151...300))
        #expect(bench.entries.allSatisfy { TestCall.isWhole($0.entry.content, $0.number) })
    }

    @Test func `the file shows no text of a call`() async throws {
        let bench = SpillBench()
        let secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
        let openID = DemoWorld.documentedOpenIDs[0]
        await bench.fill(1...150) { number in
            let fill = TestCall.text(number, 12_000)
            return TestCall.entry(
                number, body: #"{"secret":"\#(secret)","openid_list":["\#(openID)"],"fill":"\#(fill)"}"#)
        }
        let entry = try #require(bench.journal.entry(1))
        #expect(entry.place != nil)
        let plain = Data(entry.content.encoded.readableBytesView)
        let sealed = Data(bench.file.bytes)
        for said in [secret, openID, "token-of-1", "call 1 ", "openid_list", "agent 1"] {
            #expect(plain.range(of: Data(said.utf8)) != nil, "\(said)")
            #expect(sealed.range(of: Data(said.utf8)) == nil, "\(said)")
        }
        let record = entry.record(number: 1)
        #expect(record.request?.contains(secret) == false && record.request?.contains("0f1e***") == true)
        #expect(record.query == "access_token=toke***" && record.openIDs == [openID])
    }

    @Test func `a damaged content and the content of another call do not open`() async throws {
        let bench = SpillBench()
        await bench.fill(1...150)
        let place = try #require(bench.journal.entry(1)?.place)
        let other = try #require(bench.journal.entry(2)?.place)
        #expect(bench.spill.content(at: place, of: 1) != nil)
        #expect(bench.spill.content(at: place, of: 2) == nil && bench.spill.content(at: other, of: 1) == nil)
        _ = try bench.file.write([0, 0, 0, 0, 0, 0, 0, 0], at: place.start + 100)
        #expect(bench.spill.content(at: place, of: 1) == nil)
        #expect(bench.journal.entry(1)?.content.isKept == false)
        let second = try #require(bench.journal.entry(2))
        #expect(TestCall.isWhole(second.content, 2))
    }

    private struct Looked: Equatable {
        let numbers: [Int]
        /// The number of reads of the file.
        let reads: Int
    }

    @Test func `filters and hints find calls in the file without reading more content than they need`() async {
        let bench = SpillBench()
        let wrong = 5
        await bench.fill(1...150) { number in
            let names = number == wrong ? "openids" : "openid_list"
            let openID = DemoWorld.follower(number, prefix: "ocYxcu")
            let fill = TestCall.text(number, 12_000)
            return TestCall.entry(
                number, body: #"{"appid":"wx\#(number)","\#(names)":["\#(openID)"],"fill":"\#(fill)"}"#,
                code: number == wrong ? .dataFormatError : .ok,
                path: number == 7 ? "/cgi-bin/tags/members/batchtagging" : "/cgi-bin/tags/create")
        }
        func look(_ change: (inout CallFilter) -> Void) -> Looked {
            var filter = CallFilter()
            change(&filter)
            let before = bench.file.reads
            let found = bench.journal.find(filter, after: 0, limit: .max).entries.map { $0.number }
            return Looked(numbers: found, reads: bench.file.reads - before)
        }
        let ofAccount = look { $0.account = AppID("wx3") }
        let ofPath = look { $0.path = "batchtagging" }
        let ofCode = look { $0.errcode = .dataFormatError }
        #expect(ofAccount == Looked(numbers: [3], reads: 0) && ofPath == Looked(numbers: [7], reads: 0))
        #expect(ofCode == Looked(numbers: [wrong], reads: 0))
        let named = look { $0.openID = OpenID(DemoWorld.follower(3, prefix: "ocYxcu")) }
        #expect(named.numbers == [3] && (1...5).contains(named.reads))
        let refusals = bench.journal.refusals(of: CallFilter()).refusals
        #expect(refusals.map(\.last) == [wrong] && refusals.first?.account == "wx5")
        let before = bench.file.reads
        let hints = CallHintFinder.hints(in: bench.entries).hints
        #expect(hints.map(\.kind) == ["misspelt_field"] && hints.first?.last == wrong)
        #expect(bench.file.reads - before == 1)
    }

    @Test func `readers never see half a call or a wrong one while the worker writes`() async {
        let bench = SpillBench(size: 1 << 20, largest: 512 << 10)
        let journal = bench.journal
        await withTaskGroup(of: Int.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for number in 0..<500 {
                        journal.append(TestCall.entry(writer * 500 + number, 8000))
                        await Task.yield()
                    }
                    return 0
                }
            }
            for _ in 0..<3 {
                group.addTask {
                    var wrong = 0
                    for _ in 0..<20 {
                        for (_, entry) in journal.find(CallFilter(), after: 0, limit: 200).entries {
                            let content = entry.content
                            guard content.isKept else { continue }
                            let number = TestCall.number(content) ?? -1
                            if !TestCall.isWhole(content, number, 8000) { wrong += 1 }
                        }
                        await Task.yield()
                    }
                    return wrong
                }
            }
            for await wrong in group { #expect(wrong == 0) }
        }
        await bench.settle()
        #expect(journal.last == 2000 && bench.file.writes > 0 && bench.reasons == [])
        #expect(
            bench.entries.allSatisfy { _, entry in
                let content = entry.content
                return TestCall.isWhole(content, TestCall.number(content) ?? -1, 8000)
            })
    }

    @Test func `a journal of metadata writes nothing into the file`() async {
        let bench = SpillBench()
        let journal = CallJournal(keeping: .metadata, largest: 16 << 10, spill: bench.spill)
        for number in 1...100 { journal.append(TestCall.entry(number)) }
        #expect(journal.last == 100 && bench.file.writes == 0)
    }
}

@Suite struct SpillValueTests {
    @Test func `calls that the worker cannot take in time are forgotten, and those it has taken are kept`() {
        let spill = CallSpill(into: MemoryFile(), key: [UInt8](repeating: 1, count: 32)) { _ in }
        var ring = CallRing(capacity: 100, largest: 64 << 10, canSpill: true)
        var wakes = 0
        for number in 1...14 {
            if ring.append(TestCall.entry(number, 4000)).wakes { wakes += 1 }
        }
        guard case .write(let calls) = ring.takeSpillStep() else {
            Issue.record("there is nothing to write")
            return
        }
        let taken = calls.count
        for number in 15...40 {
            if ring.append(TestCall.entry(number, 4000)).wakes { wakes += 1 }
        }
        #expect(wakes == 1 && ring.bytes <= 80 << 10)
        let outcome = spill.put(calls)
        for (number, entry) in outcome.calls { ring.settle(number, entry) }
        let numbers = ring.entries(after: 0).entries.map { $0.number }
        #expect(taken > 0 && Array(numbers.prefix(taken)) == Array(1...taken))
        #expect(numbers.count < 40 && Array(numbers.dropFirst(taken)) == Array((41 - numbers.count + taken)...40))
        // The worker goes on until memory has room, and then rests.
        while case .write(let calls) = ring.takeSpillStep() {
            for (number, entry) in spill.put(calls).calls { ring.settle(number, entry) }
        }
        #expect(!ring.isSpilling && ring.bytes <= 56 << 10)
        #expect(ring.entries(after: 0).entries.map { $0.number } == numbers)
    }

    @Test func `places begin again at the start of the file, and none runs over its end`() {
        var space = SpillSpace(size: 100)
        #expect(space.place(40) == SpillPlace(start: 0, length: 40))
        #expect(space.place(40) == SpillPlace(start: 40, length: 40) && space.oldest <= 0)
        #expect(space.place(40) == SpillPlace(start: 100, length: 40) && space.oldest == 40)
        #expect(space.place(101) == nil)
        #expect(space.place(100) == SpillPlace(start: 200, length: 100) && space.oldest == 200)
        space.removeAll()
        #expect(space.place(1) == SpillPlace(start: 0, length: 1))
    }

    @Test func `a content is the same after it is written and read`() throws {
        var response = APIResponse(status: .ok, body: ByteBuffer(string: "{}"))
        response[APIResponse.reason] = "because"
        let content = CallContent(
            APIRequest(
                method: .PUT, target: "/a/b?q=%E4%BD%A0&r",
                headers: ["Host": "h", "traceparent": "00-ab", "Cookie": "c"],
                body: ByteBuffer(bytes: [0xFF, 0] + [UInt8](repeating: 0x20, count: 20_000))),
            response, keeping: .everything)
        let back = try #require(CallContent(content.encoded, .PUT, "/a/b"))
        #expect(back.request.method == .PUT && back.request.target.path == "/a/b")
        #expect(back.request.target.query == "q=%E4%BD%A0&r" && back.isKept && back.isCut)
        #expect(back.request.body.buffer == content.request.body.buffer && back.response.body == content.response.body)
        #expect(back.request.body.buffer.readableBytes == CallContent.longestBody)
        #expect(back.request.host == "h" && back.header("traceparent") == "00-ab" && back.header("cookie") == nil)
        #expect(back.header("user-agent") == nil && back.response[APIResponse.reason] == "because")
        #expect(CallContent(ByteBuffer(), .PUT, "/") == nil)
        #expect(CallContent(content.encoded.getSlice(at: 0, length: 40) ?? ByteBuffer(), .PUT, "/") == nil)
    }

    @Test func `a sketch rules out most openids that a call does not name, but no openid that it names`() {
        let there = (1...50).map { DemoWorld.follower($0, prefix: "ocYxcu") }
        let list = there.map { "\"\($0)\"" }.joined(separator: ",")
        let sketch = OpenIDSketch(
            CallContent(
                APIRequest(
                    method: .POST, target: "/a?openid=\(DemoWorld.left)",
                    body: ByteBuffer(string: #"{"openid_list":[\#(list)]}"#)),
                APIResponse(status: .ok), keeping: .everything))
        #expect((there + [DemoWorld.left]).allSatisfy { OpenID($0).map(sketch.mayHold) == true })
        let others = (51...950).compactMap { OpenID(DemoWorld.follower($0, prefix: "ocYxcu")) }
        #expect(others.count == 900 && others.count(where: sketch.mayHold) < 90)
    }

    @Test func `the file on the disk has no name, and a missing directory is an error`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "tagline-spill-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        // A server that was killed at its start can leave such a file.
        try Data("left".utf8).write(to: directory.appending(path: "calls.spill"))
        let file = try UnlinkedFile(in: directory)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
        #expect(try file.write([1, 2, 3], at: 5) == 3)
        #expect(try file.read(8, at: 0) == [0, 0, 0, 0, 0, 1, 2, 3])
        #expect(try file.read(8, at: 6) == [2, 3])
        file.removeAll()
        #expect(try file.read(8, at: 0) == [])
        let missing = directory.appending(path: "none")
        #expect(throws: SpillFailure.self) { try UnlinkedFile(in: missing) }
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        #expect(CallSpill(in: missing, Surroundings(now: { testStart }), logger: logger) == nil)
    }
}
