import NIOCore

/// Reads a form with one file, as `multipart/form-data`, while the bytes of the form arrive.
///
/// The fields must come before the file; the parser ignores everything after the file. The parser holds only the fields
/// and at most one piece of the file in memory.
///
/// Source: RFC 7578, and RFC 2046, section 5.1, for the delimiters.
struct UploadParser: Sendable {
    /// The most bytes before the file: the fields, and the headers of all parts.
    static let mostHeadBytes = 64 << 10

    /// The reason why the parser cannot read a body.
    struct Fault: Error, Hashable {
        /// The reason, as a sentence for a person.
        let reason: String

        static let otherType = Fault(reason: "send the form as multipart/form-data with a boundary")
        static let otherForm = Fault(reason: "the form has no parts; send it as a page of the console does")
        static let namelessPart = Fault(reason: "a part of the form has no name")
        static let longHead = Fault(
            reason: "the fields before the file have more than \(UploadParser.mostHeadBytes >> 10) KiB")
    }

    private enum State: Sendable {
        /// The parser is before the first delimiter.
        case start
        /// The parser is right after a delimiter.
        case delimiter
        case headers
        case field(String)
        case file
        case end
    }

    private static let lineEnd: [UInt8] = [0x0D, 0x0A]
    private static let formEnd: [UInt8] = [0x2D, 0x2D]

    private let delimiter: [UInt8]
    private var state = State.start
    /// The bytes that the parser has not read yet. The parser puts a line end before the form, because a delimiter
    /// includes the line end before it. The form itself has no line end before its first delimiter.
    private var held = ByteBuffer(bytes: UploadParser.lineEnd)
    private var headBytes = 0
    /// The fields that the parser has read so far, in the order of the form.
    private(set) var fields: [(name: String, value: String)] = []
    /// Whether the parser has read all fields and the headers of the file.
    private(set) var hasBegunFile = false

    /// - Parameter contentType: the request's header `content-type`, which contains the boundary between the parts.
    init(contentType: String) throws(Fault) {
        let pieces = contentType.split(separator: ";").map { piece in piece.drop { $0 == " " } }
        let named = pieces.dropFirst().first { $0.lowercased().hasPrefix("boundary=") }
        let boundary = Array((named ?? "").utf8.dropFirst("boundary=".utf8.count).filter { $0 != UInt8(ascii: "\"") })
        guard pieces.first?.lowercased() == "multipart/form-data", 1...70 ~= boundary.count else {
            throw .otherType
        }
        delimiter = Self.lineEnd + Self.formEnd + boundary
    }

    /// Whether the parser has read the file, or a form without a file, to its end.
    var isAtEnd: Bool {
        if case .end = state { true } else { false }
    }

    /// Reads the next piece of the body. A piece can end anywhere. Returns the next bytes of the file; an empty buffer
    /// if the parser needs more bytes.
    mutating func read(_ piece: ByteBuffer) throws(Fault) -> ByteBuffer {
        if isAtEnd { return ByteBuffer() }
        held.writeImmutableBuffer(piece)
        while try readHead() {}
        guard case .file = state else { return ByteBuffer() }
        return takeFile()
    }

    // MARK: Before the file

    /// Reads the next delimiter, headers or field before the file. Returns false if the parser needs more bytes, or if
    /// it has reached the file or the end of the form.
    private mutating func readHead() throws(Fault) -> Bool {
        switch state {
        case .start:
            guard held.readableBytes >= delimiter.count else { return false }
            guard held.readableBytesView.starts(with: delimiter) else { throw .otherForm }
            held.moveReaderIndex(forwardBy: delimiter.count)
            state = .delimiter
        case .delimiter:
            guard let ending = held.readBytes(length: Self.lineEnd.count) else { return false }
            guard ending == Self.lineEnd || ending == Self.formEnd else { throw .otherForm }
            state = ending == Self.lineEnd ? .headers : .end
        case .headers:
            guard let headers = try takeHead(to: Self.lineEnd + Self.lineEnd) else { return false }
            state = try Self.part(headers)
            if case .file = state { hasBegunFile = true }
        case .field(let name):
            guard let value = try takeHead(to: delimiter) else { return false }
            fields.append((name, String(decoding: value, as: UTF8.self)))
            state = .delimiter
        case .file, .end: return false
        }
        return true
    }

    /// Removes the bytes before `end`, and `end` itself, from ``held``. Returns the bytes before `end`; nil if `end`
    /// has not arrived.
    private mutating func takeHead(to end: [UInt8]) throws(Fault) -> [UInt8]? {
        let place = held.place(of: end)
        guard headBytes + (place ?? held.readableBytes) <= Self.mostHeadBytes else { throw .longHead }
        guard let place, let bytes = held.readBytes(length: place) else { return nil }
        headBytes += place
        held.moveReaderIndex(forwardBy: end.count)
        return bytes
    }

    /// Returns the state for the part that `headers` announce.
    private static func part(_ headers: [UInt8]) throws(Fault) -> State {
        let mark = "content-disposition:"
        for line in headers.split(separator: 0x0A) {
            let beginning = String(decoding: line.prefix(mark.utf8.count), as: UTF8.self)
            guard beginning.lowercased() == mark, let name = parameter("name", of: line) else { continue }
            return parameter("filename", of: line) == nil ? .field(name) : .file
        }
        throw .namelessPart
    }

    /// Returns a parameter of a header. Compares bytes, because a quote and a combining mark after it are one
    /// `Character`.
    private static func parameter(_ name: String, of line: ArraySlice<UInt8>) -> String? {
        guard let start = line.firstRange(of: Array("; \(name)=\"".utf8))?.upperBound,
            let end = line[start...].firstIndex(of: UInt8(ascii: "\""))
        else { return nil }
        return String(decoding: line[start..<end], as: UTF8.self)
    }

    // MARK: The file

    private mutating func takeFile() -> ByteBuffer {
        if let place = held.place(of: delimiter) {
            let bytes = held.readSlice(length: place) ?? ByteBuffer()
            state = .end
            held = ByteBuffer()
            return bytes
        }
        // The last bytes may be the beginning of the delimiter.
        let count = max(0, held.readableBytes - (delimiter.count - 1))
        let bytes = held.readSlice(length: count) ?? ByteBuffer()
        // Copy the few bytes that are left, so that they do not keep the whole piece in memory.
        held = ByteBuffer(bytes: held.readableBytesView)
        return bytes
    }
}
