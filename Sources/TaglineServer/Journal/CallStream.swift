import Hummingbird
import NIOCore
import ServiceLifecycle

/// Sends calls as lines or events, as fast as the reader takes them.
///
/// If the journal forgets calls before a slow reader gets them, the stream ends with a line that reports the missed
/// calls.
struct CallStream: Sendable {
    /// The most bytes of one write. A write stays in memory until the reader has taken it.
    static let largestWrite = 16 * 1024
    /// The most calls that each search after the first one returns.
    private static let mostAtOnce = 200

    let journal: CallJournal
    let filter: CallFilter
    /// The stream begins after the call with this number. If it is nil, the stream begins with the last ``limit``
    /// calls.
    let after: Int?
    /// The most calls that the first search returns.
    let limit: Int
    let format: CallFormat
    /// Whether the stream waits for further calls.
    let follows: Bool

    /// The stream as the body of a response.
    var body: ResponseBody {
        ResponseBody { writer in
            try await send(to: &writer)
            try await writer.finish(nil)
        }
    }

    private func send(to writer: inout any ResponseBodyWriter) async throws {
        // The first bytes show the reader that the stream is open.
        if case .events = format { try await writer.write(ByteBuffer(string: "retry: 1000\n\n")) }
        var place = after
        var isFirst = true
        while true {
            let found = journal.find(filter, after: place, limit: isFirst || place == nil ? limit : Self.mostAtOnce)
            if !isFirst, found.missed > 0 { return try await writer.write(format.dropped(found.missed)) }
            try await send(found, to: &writer)
            place = found.last
            isFirst = false
            guard follows, !Task.isCancelled else { return }
            let last = found.last
            guard await !JournalRoutes.waits(for: journal, after: last) else { return }
            if journal.last == last, case .events = format { try await writer.write(ByteBuffer(string: ":\n\n")) }
        }
    }

    /// Sends calls in pieces of at most ``largestWrite`` bytes.
    private func send(_ found: FoundCalls, to writer: inout any ResponseBodyWriter) async throws {
        var bytes = ByteBuffer()
        for (number, entry) in found.entries {
            format.write(entry.record(number: number), to: &bytes)
            guard bytes.readableBytes >= Self.largestWrite else { continue }
            try await send(bytes, to: &writer)
            bytes = ByteBuffer()
            // A stream that waits for further calls ends when the server shuts down.
            if follows, Task.isShuttingDownGracefully { return }
        }
        try await send(bytes, to: &writer)
    }

    private func send(_ bytes: ByteBuffer, to writer: inout any ResponseBodyWriter) async throws {
        var rest = bytes
        while rest.readableBytes > 0, let piece = rest.readSlice(length: min(Self.largestWrite, rest.readableBytes)) {
            try await writer.write(piece)
        }
    }
}
