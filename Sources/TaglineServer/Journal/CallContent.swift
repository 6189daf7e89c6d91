import Foundation
import NIOCore
import NIOHTTP1
import OfficialAccount

/// The request and the answer of a call.
struct CallContent: Sendable {
    /// The most bytes of a body that a reader sees and that the spill file keeps.
    static let longestBody = 16 * 1024

    /// The request. Its body is whole while the content is in memory. So the journal can read the openids and the tag
    /// later, when a reader asks for them.
    let request: APIRequest
    let response: APIResponse
    /// Whether the journal keeps the query and the bodies.
    let isKept: Bool
    /// Whether readers see only the beginning of the request's body or of the answer, because the text was too long.
    let isCut: Bool
    /// The tag, the openids and the appids of a call whose body is cut in the spill file; nil for other calls.
    private let filedSubject: CallSubject?

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
            request.body = CallBody(buffer: Self.kept(request.body.buffer, most: CallBody.largest))
            response.body = Self.kept(response.body, most: Self.longestBody)
        } else {
            request = request.withoutContent
            response.body = ByteBuffer()
        }
        self.init(request: request, response: response, isKept: isKept, isCut: isCut, filedSubject: nil)
    }

    /// Returns the first `most` bytes of `buffer`. The result shares the memory of `buffer`, except in two cases. The
    /// result is a copy if `buffer` has more bytes. The result is also a copy if the memory of `buffer` is larger than
    /// ``longestBody`` and more than twice as large as the bytes in it.
    private static func kept(_ buffer: ByteBuffer, most: Int) -> ByteBuffer {
        let length = buffer.readableBytes
        guard length > most || buffer.storageCapacity > max(longestBody, 2 * length) else { return buffer }
        return ByteBuffer(bytes: buffer.readableBytesView.prefix(most))
    }

    /// Returns a content with only the method and the path, for a call whose real content is lost.
    static func lost(_ method: HTTPMethod, _ path: String) -> CallContent {
        CallContent(
            request: APIRequest(method: method, RequestTarget(path: path, query: ""), body: ByteBuffer()),
            response: APIResponse(status: .ok), isKept: false, isCut: false, filedSubject: nil)
    }

    /// The estimated bytes that the content takes in memory. The first 512 bytes of the query, and the first 512 bytes
    /// of the path and the headers, count as 1024 bytes together.
    var bytesInMemory: Int {
        var head = request.target.path.utf8.count
        for (name, value) in request.headers { head += Self.headerOverhead + name.utf8.count + value.utf8.count }
        return 1024 + max(0, request.target.query.utf8.count - 512) + max(0, head - 512)
            + request.body.buffer.storageCapacity + response.body.storageCapacity
    }

    /// The bytes that a header takes besides its name and its value.
    private static let headerOverhead = 32

    /// The subject of the call; empty if the journal keeps no content. Cost: reads the whole body once.
    var subject: CallSubject { filedSubject ?? CallSubject(request.target, request.body.buffer) }

    /// Returns whether the call names the openid. Cost: looks through the body.
    func names(_ openID: OpenID) -> Bool {
        let openID = openID.description
        // In nearly every call that names the openid, the body or the query has the openid without escapes.
        let mayName =
            !hasWholeBody || request.body.buffer.place(of: Array(openID.utf8)) != nil
            || request.target.query.contains(openID)
        return mayName && subject.openIDs.contains(where: openID.hasSameBytes)
    }

    /// The part of the request's body that a reader sees.
    var shownBody: ByteBuffer { Self.kept(request.body.buffer, most: Self.longestBody) }

    /// Whether the body of the request is whole. The spill file has only the beginning of a long body.
    var hasWholeBody: Bool { filedSubject == nil }

    /// Whether a reader sees only the beginning of the request's body.
    private var isBodyCut: Bool { !hasWholeBody || request.body.buffer.readableBytes > Self.longestBody }

    /// The most characters of a header that a reader sees.
    static let longestHeader = 512

    /// Returns the beginning of the request's header with this name; nil if the request has no such header.
    func header(_ name: String) -> String? {
        request.headers.first(name: name).map { String($0.prefix(Self.longestHeader)) }
    }
}

// MARK: The content in the spill file

extension CallContent {
    /// The headers of the request that the journal can show to readers.
    private static let shownHeaders = ["host"] + programHeaders

    /// The content in the form that ``CallSpill`` seals for the spill file:
    ///
    /// - one byte, which tells whether the content is cut, and whether a subject follows;
    /// - the query, the body of the request, and the answer;
    /// - the subject as JSON, if the body of the request is cut;
    /// - the name and the value of each header.
    ///
    /// Each piece, except the first byte, begins with its length in four bytes.
    ///
    /// This form leaves out the method and the path, which stay in memory, and the headers that readers never see.
    var encoded: ByteBuffer {
        var bytes = ByteBuffer()
        let body = shownBody
        bytes.reserveCapacity(1024 + body.readableBytes + response.body.readableBytes)
        var flags: Flags = isCut ? .isCut : []
        if isBodyCut { flags.insert(.hasSubject) }
        bytes.writeInteger(flags.rawValue)
        bytes.writePiece(request.target.query)
        bytes.writePiece(body)
        bytes.writePiece(response.body)
        if isBodyCut { bytes.writePiece(EncodedJSON.text(subject)) }
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

    /// Decodes ``encoded`` bytes. Returns nil if they are incomplete or malformed.
    init?(_ encoded: ByteBuffer, _ method: HTTPMethod, _ path: String) {
        var bytes = encoded
        guard let flags = bytes.readInteger(as: UInt8.self).map(Flags.init(rawValue:)),
            let query = bytes.readPiece(), let body = bytes.readPiece(), let answer = bytes.readPiece()
        else { return nil }
        var subject: CallSubject?
        if flags.contains(.hasSubject) {
            guard let piece = bytes.readPiece(),
                let read = try? JSONDecoder().decode(CallSubject.self, from: Data(piece.readableBytesView))
            else { return nil }
            subject = read
        }
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
        self.init(
            request: request, response: response, isKept: true, isCut: flags.contains(.isCut), filedSubject: subject)
    }

    /// The first byte of an ``encoded`` content.
    private struct Flags: OptionSet {
        let rawValue: UInt8

        static let isCut = Flags(rawValue: 1)
        static let hasSubject = Flags(rawValue: 2)
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

    /// The request without query and body, and with the beginning of a long path. It keeps only the headers that tell
    /// which program called, and the beginnings of long ones.
    fileprivate var withoutContent: APIRequest {
        let path = target.path.cut(after: CallEntry.longestPath)
        var outline = APIRequest(method: method, RequestTarget(path: path, query: ""), body: ByteBuffer())
        for name in CallContent.programHeaders {
            guard let value = headers.first(name: name) else { continue }
            outline.headers.add(name: name, value: value.cut(after: CallContent.longestHeader))
        }
        return outline
    }
}

extension String {
    /// Returns the first `length` bytes of the text as a copy, or the text itself if it is not longer.
    fileprivate func cut(after length: Int) -> String {
        utf8.count > length ? String(decoding: utf8.prefix(length), as: UTF8.self) : self
    }
}
