import NIOCore
import NIOHTTP1

/// The request and the answer of a call.
struct CallContent: Sendable {
    /// The most bytes of a body that the journal keeps.
    static let longestBody = 16 * 1024

    let request: APIRequest
    let response: APIResponse
    /// Whether the journal keeps the query and the bodies.
    let isKept: Bool
    /// Whether the journal keeps only the beginning of a body, because it was too long.
    let isCut: Bool

    /// The headers that tell which program called. The journal keeps them even if it keeps no content.
    fileprivate static let programHeaders = ["user-agent", "traceparent"]
}

extension CallContent {
    init(_ request: APIRequest, _ response: APIResponse, keeping detail: CallJournal.Detail) {
        var request = request
        var response = response
        let isKept = detail == .everything
        var isCut = false
        if isKept {
            isCut =
                request.body.buffer.readableBytes > Self.longestBody
                || response.body.readableBytes > Self.longestBody
            request.body = CallBody(buffer: Self.kept(request.body.buffer))
            response.body = Self.kept(response.body)
        } else {
            request = request.withoutContent
            response.body = ByteBuffer()
        }
        self.init(request: request, response: response, isKept: isKept, isCut: isCut)
    }

    /// Returns the part of a body to keep. A short body keeps the memory in which it came.
    private static func kept(_ buffer: ByteBuffer) -> ByteBuffer {
        guard buffer.storageCapacity > longestBody else { return buffer }
        return ByteBuffer(bytes: buffer.readableBytesView.prefix(longestBody))
    }

    /// Returns the content of a call whose real content is lost. It has only the method and the path.
    static func lost(_ method: HTTPMethod, _ path: String) -> CallContent {
        CallContent(
            request: APIRequest(method: method, RequestTarget(path: path, query: ""), body: ByteBuffer()),
            response: APIResponse(status: .ok), isKept: false, isCut: false)
    }

    /// The estimated bytes that the content takes in memory. A usual query and the headers count as 1024.
    var bytesInMemory: Int {
        1024 + max(0, request.target.query.utf8.count - 512) + request.body.buffer.storageCapacity
            + response.body.storageCapacity
    }

    /// The subject of the call; empty if no content is kept.
    var subject: CallSubject { CallSubject(request.target, request.body.buffer) }

    /// The first 512 characters of a header of the request.
    func header(_ name: String) -> String? {
        request.headers.first(name: name).map { String($0.prefix(512)) }
    }
}

// MARK: The content in the spill file

extension CallContent {
    /// The headers of the request that a reader may ask for.
    private static let shownHeaders = ["host"] + programHeaders

    /// The content as the spill file keeps it, before it is sealed:
    ///
    /// - one byte, which says whether the content is cut;
    /// - the query, the body and the answer;
    /// - the name and the value of each header.
    ///
    /// A length of four bytes stands before each piece except the first byte.
    ///
    /// It leaves out the method and the path, which stay in memory, and the headers that readers never see.
    var encoded: ByteBuffer {
        var bytes = ByteBuffer()
        bytes.reserveCapacity(1024 + request.body.buffer.readableBytes + response.body.readableBytes)
        bytes.writeInteger(isCut ? 1 : 0, as: UInt8.self)
        bytes.writePiece(request.target.query)
        bytes.writePiece(request.body.buffer)
        bytes.writePiece(response.body)
        for name in Self.shownHeaders {
            guard let value = request.headers.first(name: name) else { continue }
            bytes.writePiece(name)
            bytes.writePiece(value)
        }
        if let reason = response[APIResponse.reason] {
            bytes.writePiece(APIResponse.reason)
            bytes.writePiece(reason)
        }
        return bytes
    }

    /// Returns nil for bytes that are not the whole of an ``encoded`` content.
    init?(_ encoded: ByteBuffer, _ method: HTTPMethod, _ path: String) {
        var bytes = encoded
        guard let isCut = bytes.readInteger(as: UInt8.self), let query = bytes.readPiece(),
            let body = bytes.readPiece(), let answer = bytes.readPiece()
        else { return nil }
        var request = APIRequest(
            method: method, RequestTarget(path: path, query: String(buffer: query)), body: body)
        var response = APIResponse(status: .ok, body: answer)
        while bytes.readableBytes > 0 {
            guard let name = bytes.readPiece().map({ String(buffer: $0) }), let value = bytes.readPiece() else {
                return nil
            }
            if name == APIResponse.reason {
                response[APIResponse.reason] = String(buffer: value)
            } else {
                request.headers.add(name: name, value: String(buffer: value))
            }
        }
        self.init(request: request, response: response, isKept: true, isCut: isCut == 1)
    }
}

extension ByteBuffer {
    fileprivate mutating func writePiece(_ piece: ByteBuffer) {
        writeInteger(UInt32(clamping: piece.readableBytes))
        writeImmutableBuffer(piece)
    }

    fileprivate mutating func writePiece(_ text: String) {
        writeInteger(UInt32(clamping: text.utf8.count))
        writeString(text)
    }

    fileprivate mutating func readPiece() -> ByteBuffer? {
        readInteger(as: UInt32.self).flatMap { readSlice(length: Int($0)) }
    }
}

extension RequestTarget {
    fileprivate init(path: String, query: String) {
        self.path = path
        self.query = query
    }
}

extension APIRequest {
    fileprivate init(method: HTTPMethod, _ target: RequestTarget, body: ByteBuffer) {
        self.method = method
        self.target = target
        headers = [:]
        self.body = CallBody(buffer: body)
        bodyLength = body.readableBytes
    }

    /// The request without query and body. It keeps only the headers that tell which program called.
    fileprivate var withoutContent: APIRequest {
        var outline = APIRequest(method: method, target: target.path)
        for name in CallContent.programHeaders {
            if let value = headers.first(name: name) { outline.headers.add(name: name, value: value) }
        }
        return outline
    }
}
