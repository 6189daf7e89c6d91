import AdminAPI
import NIOCore

/// The format in which a route sends calls.
enum CallFormat: Sendable {
    case page
    case lines
    case events

    init(accept: String) {
        if accept.contains("text/event-stream") {
            self = .events
        } else if accept.contains("ndjson") {
            self = .lines
        } else {
            self = .page
        }
    }

    var mediaType: String {
        switch self {
        case .page: "application/json"
        case .lines: "application/x-ndjson"
        case .events: "text/event-stream"
        }
    }

    func write(_ record: CallRecord, to bytes: inout ByteBuffer) {
        switch self {
        case .events: bytes.writeString("id: \(record.number)\nevent: call\ndata: \(EncodedJSON.text(record))\n\n")
        case .page, .lines: bytes.writeString(EncodedJSON.text(record) + "\n")
        }
    }

    /// Returns the line or event that ends the stream of a reader who was too slow. This line or event reports the
    /// number of missed calls.
    func dropped(_ missed: Int) -> ByteBuffer {
        let json = EncodedJSON.text(MissedCalls(missed: missed))
        if case .events = self { return ByteBuffer(string: "event: dropped\ndata: \(json)\n\n") }
        return ByteBuffer(string: json + "\n")
    }
}
