import AdminAPI
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import TaglineServer

@Suite struct JournalStreamTests {
    /// Reads a stream, and calls `see` for each write.
    private struct Reader: ResponseBodyWriter {
        let see: @Sendable (ByteBuffer) throws -> Void

        mutating func write(_ buffer: ByteBuffer) async throws { try see(buffer) }

        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    private final class Seen: Sendable {
        private let writes = Mutex<[ByteBuffer]>([])

        var sizes: [Int] { writes.withLock { $0.map(\.readableBytes) } }
        var text: String { writes.withLock { $0.map { String(buffer: $0) }.joined() } }

        func append(_ write: ByteBuffer) {
            writes.withLock { $0.append(write) }
        }
    }

    private struct SawEnough: Error {}

    private static func events(of journal: CallJournal) -> CallStream {
        CallStream(
            journal: journal, filter: CallFilter(), after: 0, limit: 100, format: .events, follows: true)
    }

    @Test(arguments: [CallFormat.lines, .events])
    func `a stream writes calls in pieces that are small enough for a slow reader`(format: CallFormat) async throws {
        let journal = CallJournal()
        for number in 1...40 { journal.append(TestCall.entry(number)) }
        let seen = Seen()
        let stream = CallStream(
            journal: journal, filter: CallFilter(), after: 0, limit: 40, format: format, follows: false)
        try await stream.body.write(Reader { seen.append($0) })
        #expect(seen.sizes.count >= 40 && seen.sizes.allSatisfy { 1...CallStream.largestWrite ~= $0 })
        var calls = ByteBuffer()
        for call in journal.page(after: 0, limit: 40).calls { format.write(call, to: &calls) }
        #expect(seen.text.hasSuffix(String(buffer: calls)) && seen.text.utf8.count <= calls.readableBytes + 20)
    }

    @Test func `a stream that is too slow and misses some calls ends with the number of the missed calls`() async throws
    {
        let journal = CallJournal(capacity: 4)
        journal.append(TestCall.entry(1, 100))
        let seen = Seen()
        try await Self.events(of: journal).body.write(
            Reader { write in
                seen.append(write)
                guard String(buffer: write).contains("\"number\":1,") else { return }
                for number in 2...11 { journal.append(TestCall.entry(number, 100)) }
            })
        #expect(seen.text.hasSuffix("event: dropped\ndata: {\"missed\":6}\n\n"), "\(seen.text.suffix(200))")
    }

    @Test func `a stream continues after an operator has removed all calls`() async throws {
        let journal = CallJournal()
        journal.append(TestCall.entry(1, 100))
        let seen = Seen()
        await #expect(throws: SawEnough.self) {
            try await Self.events(of: journal).body.write(
                Reader { write in
                    seen.append(write)
                    let text = String(buffer: write)
                    if text.contains("\"number\":4,") { throw SawEnough() }
                    guard text.contains("\"number\":1,") else { return }
                    for number in 2...3 { journal.append(TestCall.entry(number, 100)) }
                    journal.removeAll()
                    journal.append(TestCall.entry(4, 100))
                })
        }
        #expect(!seen.text.contains("dropped"))
    }
}
