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

/// A spill file in memory. A test can choose a write that fails, the largest size of a write, and the disk space.
final class MemoryFile: SpillFile {
    private struct State {
        var bytes: [UInt8] = []
        var writes = 0
        var reads = 0
        var diskSpace: DiskSpace?
    }

    private let state = Mutex(State())
    private let failing: Int
    private let most: Int

    /// - Parameters:
    ///   - failing: the number of the write that fails; the first write has the number 1. If 0, no write fails.
    ///   - most: the largest number of bytes of one write.
    init(failing: Int = 0, most: Int = .max) {
        self.failing = failing
        self.most = most
    }

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var writes: Int { state.withLock { $0.writes } }
    var reads: Int { state.withLock { $0.reads } }

    var diskSpace: DiskSpace? { state.withLock { $0.diskSpace } }

    func setDiskSpace(_ space: DiskSpace?) {
        state.withLock { $0.diskSpace = space }
    }

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

/// A journal with a small memory, and the file for the calls that do not fit into this memory.
struct SpillBench: Sendable {
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

    /// The reasons of the failures that `spill` has reported.
    var reasons: [String] { failures.reasons.withLock { $0.map(\.description) } }

    var entries: [(number: Int, entry: CallEntry)] {
        journal.find(CallFilter(), after: 0, limit: .max).entries
    }

    /// Adds a call to the journal for each of `numbers`. Waits for the journal's worker after every eighth call, so
    /// that the journal does not forget a call.
    func fill(_ numbers: ClosedRange<Int>, _ call: (Int) -> CallEntry = { TestCall.entry($0) }) async {
        for number in numbers {
            journal.append(call(number))
            if number % 8 == 0 { await settle() }
        }
        await settle()
    }

    /// Waits until the worker of the journal has no more calls to write to the file.
    func settle() async {
        let deadline = ContinuousClock.now + .seconds(60)
        while journal.ring.read({ $0.isSpilling }), ContinuousClock.now < deadline {
            await journal.ring.waitForChange(until: deadline) { !$0.isSpilling }
        }
    }
}

/// Makes calls that have their number in their content.
enum TestCall {
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

    /// Returns whether `content` is exactly the content of the call with this number and length.
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
