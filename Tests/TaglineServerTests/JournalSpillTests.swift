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

    @Test func `the journal forgets calls that newer calls overwrite in the file, and counts them as missed`() async {
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
    func `the journal reports and empties a failing file once, and keeps the newest calls`(failing: Int) async {
        let bench = SpillBench(file: MemoryFile(failing: failing))
        await bench.fill(1...120)
        #expect(bench.reasons == ["no space left on device"])
        let found = bench.journal.find(CallFilter(), after: 0, limit: .max)
        #expect(found.entries.allSatisfy { TestCall.isWhole($0.entry.content, $0.number) })
        let first = found.entries.first?.number ?? 0
        #expect(found.entries.map { $0.number } == Array(first...120) && found.missed == first - 1 && first > failing)
        #expect(found.entries.allSatisfy { $0.entry.place == nil } && bench.file.bytes.isEmpty)
        #expect(bench.journal.ring.read { $0.bytes } <= 1 << 20)
        // After the journal has removed its calls, the disk can have space again. So the journal uses the file again.
        bench.journal.removeAll()
        await bench.fill(121...240)
        #expect(bench.entries.map { $0.number } == Array(121...240) && bench.reasons.count == 1)
        #expect(bench.entries.allSatisfy { TestCall.isWhole($0.entry.content, $0.number) })
    }

    @Test func `the journal empties its file and stops using the file when the disk is almost full`() async {
        let bench = SpillBench()
        await bench.fill(1...120)
        #expect(!bench.file.bytes.isEmpty && bench.reasons == [])
        bench.file.setDiskSpace(DiskSpace(free: 63 << 20, whole: 1 << 30))
        await bench.fill(121...240)
        let first = bench.entries.first?.number ?? 0
        #expect(bench.reasons == ["the disk has only 63 MiB of space left"] && bench.file.bytes.isEmpty)
        #expect(first > 120 && bench.entries.map { $0.number } == Array(first...240))
        #expect(bench.entries.allSatisfy { TestCall.isWhole($0.entry.content, $0.number) })
        // The journal uses its file again only after all calls are removed, even if the disk has space earlier. So the
        // log has one line for each failure.
        bench.file.setDiskSpace(DiskSpace(free: 1 << 30, whole: 1 << 30))
        await bench.fill(241...300)
        #expect(bench.file.bytes.isEmpty && bench.reasons.count == 1)
        bench.journal.removeAll()
        await bench.fill(301...450)
        #expect(bench.entries.map { $0.number } == Array(301...450) && !bench.file.bytes.isEmpty)
    }

    @Test func `a call with a long body keeps its openids and its tag, in memory and in the file`() async throws {
        let bench = SpillBench(largest: 4 << 20)
        let openIDs = (1...700).map { DemoWorld.follower($0, prefix: "ocYxcu") }
        let list = openIDs.map { "\"\($0)\"" }.joined(separator: ",")
        await bench.fill(1...150) { number in
            let fill = TestCall.text(number, 20_000)
            return TestCall.entry(
                number, body: #"{"fill":"\#(fill)","openid_list":[\#(list)],"tagid":\#(number)}"#,
                code: .dataFormatError)
        }
        #expect(bench.journal.entry(1)?.place != nil && bench.journal.entry(150)?.place == nil)
        for number in [1, 150] {
            let record = try #require(bench.journal.entry(number)?.record(number: number))
            #expect(record.openIDs == openIDs && record.openIDCount == 700 && record.tag == number)
            #expect(record.isCut == true && record.request?.utf8.count == CallContent.longestBody)
        }
        var filter = CallFilter()
        filter.openID = OpenID(openIDs[699])
        #expect(bench.journal.find(filter, after: 0, limit: 200).entries.count == 150)
        filter.openID = OpenID(DemoWorld.left)
        #expect(bench.journal.find(filter, after: 0, limit: 200).entries.isEmpty)
        // The journal keeps only the beginning of the body. This is not valid JSON, but the client made no mistake.
        #expect(CallHintFinder.hints(in: bench.entries).hints == [])
    }

    @Test func `the journal continues after a short write, and treats a write of no bytes as a failure`() async {
        let short = SpillBench(file: MemoryFile(most: 1000))
        await short.fill(1...100)
        #expect(short.entries.map { $0.number } == Array(1...100) && short.reasons == [])
        #expect(short.entries.allSatisfy { TestCall.isWhole($0.entry.content, $0.number) })
        let none = SpillBench(file: MemoryFile(most: 0))
        await none.fill(1...100)
        #expect(none.reasons == ["the file takes no more bytes"])
        #expect(none.entries.last?.number == 100 && none.entries.allSatisfy { $0.entry.place == nil })
    }

    @Test func `the journal forgets a call that is larger than the file, and stores later calls in the file`() async {
        let bench = SpillBench(size: 8000)
        await bench.fill(1...200) { TestCall.entry($0, $0 == 1 ? 16_000 : 6000) }
        #expect(bench.reasons == [] && bench.journal.entry(1) == nil)
        #expect(bench.entries.allSatisfy { TestCall.isWhole($0.entry.content, $0.number, 6000) })
        #expect(bench.entries.count { $0.entry.place != nil } == 1)
    }

    @Test func `the removal of all calls also removes the calls in the file`() async throws {
        let bench = SpillBench()
        await bench.fill(1...150)
        let old = try #require(bench.journal.entry(1))
        #expect(old.place != nil && !bench.file.bytes.isEmpty)
        bench.journal.removeAll()
        await bench.settle()
        #expect(bench.entries.isEmpty && bench.file.bytes.isEmpty && bench.journal.entry(1) == nil)
        // A reader that found the call before the removal still sees the fields that are in memory.
        let record = old.record(number: 1)
        #expect(record.request == nil && record.query == nil && record.answer == nil && record.openIDs == nil)
        #expect(record.path == "/cgi-bin/tags/create" && record.address == "127.0.0.1")
        await bench.fill(151...300)
        #expect(bench.entries.map { $0.number } == Array(151...300))
        #expect(bench.entries.allSatisfy { TestCall.isWhole($0.entry.content, $0.number) })
    }

    @Test func `the file contains no readable text of a call`() async throws {
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

    @Test func `the journal does not return damaged content or the content of another call`() async throws {
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

    @Test func `filters and hints find calls in the file, and read only the content that is necessary`() async {
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

    @Test func `readers never see an incomplete or a wrong call, even if the worker writes at the same time`() async {
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

    @Test func `a journal that keeps only metadata writes nothing into the file`() async {
        let bench = SpillBench()
        let journal = CallJournal(keeping: .metadata, largest: 16 << 10, spill: bench.spill)
        for number in 1...100 { journal.append(TestCall.entry(number)) }
        #expect(journal.last == 100 && bench.file.writes == 0)
    }
}
