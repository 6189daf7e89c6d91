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

@Suite struct SpillValueTests {
    @Test func `the journal forgets calls that the worker cannot take in time, and keeps the taken calls`() {
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
        // The worker continues until the memory has room for new calls, and then stops.
        while case .write(let calls) = ring.takeSpillStep() {
            for (number, entry) in spill.put(calls).calls { ring.settle(number, entry) }
        }
        #expect(!ring.isSpilling && ring.bytes <= 56 << 10)
        #expect(ring.entries(after: 0).entries.map { $0.number } == numbers)
    }

    @Test func `a place that would cross the end of the file begins at the start of the file`() {
        var space = SpillSpace(size: 100)
        #expect(space.place(40) == SpillPlace(start: 0, length: 40))
        #expect(space.place(40) == SpillPlace(start: 40, length: 40) && space.oldest <= 0)
        #expect(space.place(40) == SpillPlace(start: 100, length: 40) && space.oldest == 40)
        #expect(space.place(101) == nil)
        #expect(space.place(100) == SpillPlace(start: 200, length: 100) && space.oldest == 200)
        space.removeAll()
        #expect(space.place(1) == SpillPlace(start: 0, length: 1))
    }

    @Test func `the content of a call is the same after it is written and read`() throws {
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
        #expect(back.request.body.buffer == content.shownBody && back.response.body == content.response.body)
        #expect(back.request.body.buffer.readableBytes == CallContent.longestBody)
        #expect(content.request.body.buffer.readableBytes == 20_002 && back.subject == content.subject)
        #expect(back.request.host == "h" && back.header("traceparent") == "00-ab" && back.header("cookie") == nil)
        #expect(back.header("user-agent") == nil && back.response[APIResponse.reason] == "because")
        #expect(CallContent(ByteBuffer(), .PUT, "/") == nil)
        #expect(CallContent(content.encoded.getSlice(at: 0, length: 40) ?? ByteBuffer(), .PUT, "/") == nil)
    }

    /// The sizes of a disk in MiB, and whether the journal has to leave the free space to the store.
    struct Disk: Sendable, CustomTestStringConvertible {
        let free: Int
        let whole: Int
        let isScarce: Bool

        var testDescription: String { "\(free) of \(whole) MiB" }
    }

    @Test(arguments: [
        Disk(free: 14, whole: 14, isScarce: true), Disk(free: 63, whole: 1024, isScarce: true),
        Disk(free: 64, whole: 1024, isScarce: false), Disk(free: 400, whole: 10_240, isScarce: true),
        Disk(free: 600, whole: 10_240, isScarce: false), Disk(free: 1023, whole: 1 << 20, isScarce: true),
        Disk(free: 1024, whole: 1 << 20, isScarce: false),
    ])
    func `the journal leaves the space of a disk to the store if little space is free`(disk: Disk) {
        #expect(DiskSpace(free: disk.free << 20, whole: disk.whole << 20).isScarce == disk.isScarce)
    }

    @Test func `a sketch rules out most openids that a call does not name, but no openid that the call names`() {
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

    @Test func `the spill file on the disk has no name, and a missing directory causes an error`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "tagline-spill-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        // A server that was killed at its start can leave a file with this name.
        try Data("left".utf8).write(to: directory.appending(path: "calls.spill"))
        let file = try UnlinkedFile(in: directory, named: "calls.spill")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
        let space = try #require(file.diskSpace)
        #expect(space.whole > 0 && space.free <= space.whole)
        #expect(try file.write([1, 2, 3], at: 5) == 3)
        #expect(try file.read(8, at: 0) == [0, 0, 0, 0, 0, 1, 2, 3])
        #expect(try file.read(8, at: 6) == [2, 3])
        file.removeAll()
        #expect(try file.read(8, at: 0) == [])
        let missing = directory.appending(path: "none")
        #expect(throws: SpillFailure.self) { try UnlinkedFile(in: missing, named: "calls.spill") }
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        #expect(CallSpill(in: missing, Surroundings(now: { testStart }), logger: logger) == nil)
    }
}
