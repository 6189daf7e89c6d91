import NIOCore
import NIOHTTP1

/// The request that a connection gathers: its head, and the part of its body that has arrived.
///
/// The head stays until the connection is idle again, because the form of the answer depends on the head.
struct ArrivingRequest {
    /// The head while no request arrives. An idle connection must not keep the fields of its last head in memory.
    private let noHead = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
    private(set) var head: HTTPRequestHead
    private var body = ByteBuffer()
    /// Whether the responder has judged the head, and has not refused the request.
    private(set) var isHeadGood = false
    /// The number of bytes of the body that the connection has discarded.
    private var discarded = 0

    init() {
        head = noHead
    }

    /// Whether the body is longer than the body of a call may be.
    var isTooLong: Bool { body.readableBytes > CallBody.largest }

    /// The bytes of memory that the body takes.
    var heldBytes: Int { body.storageCapacity }

    /// The request without its body, for the responder to judge.
    var headAlone: APIRequest {
        APIRequest(head, bodyLength: isTooLong ? CallBody.largest + 1 : head.headers.declaredLength ?? 0)
    }

    mutating func begin(_ head: HTTPRequestHead) {
        self.head = head
        isHeadGood = false
        discarded = 0
    }

    /// Notes that the responder does not refuse the head.
    mutating func acceptHead() {
        isHeadGood = true
    }

    /// Adds the next piece of the body. Drops the bytes beyond ``APIRequest/largestBody``.
    mutating func add(_ piece: ByteBuffer) {
        let room = APIRequest.largestBody - body.readableBytes
        if body.readableBytes == 0, piece.readableBytes <= room {
            body = piece
        } else if let slice = piece.getSlice(at: piece.readerIndex, length: min(piece.readableBytes, room)) {
            body.writeImmutableBuffer(slice)
        }
    }

    /// Notes that the connection discards `count` bytes of the body. Returns whether it has now discarded more bytes
    /// than the body of a call may have.
    mutating func discards(_ count: Int) -> Bool {
        discarded += count
        return discarded > CallBody.largest
    }

    /// Returns the request, now that it has arrived whole, and keeps only its head.
    mutating func takeWhole() -> APIRequest {
        let request = APIRequest(head, body: body)
        dropBody()
        return request
    }

    /// Drops the head, after the connection has answered the request.
    mutating func dropHead() {
        head = noHead
    }

    mutating func dropBody() {
        body = ByteBuffer()
    }
}
