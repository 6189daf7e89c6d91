/// Writes the JSON of answers: fields in the documented order, text as raw UTF-8, no blanks.
///
/// The platform sends fields in this order and without escapes, which a general encoder does not promise. This type
/// writes a full page of openids straight into the bytes of the answer.
public struct JSONText: Sendable {
    /// The text written so far, as UTF-8.
    public private(set) var bytes: [UInt8] = []

    /// Makes an empty text that has room for `capacity` bytes before it allocates again.
    public init(capacity: Int = 64) {
        bytes.reserveCapacity(capacity)
    }

    /// Writes an object with the fields that `fields` writes, in the same order.
    public mutating func object(_ fields: (inout Fields) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        var body = Fields(text: self)
        bytes = []
        fields(&body)
        self = body.text
        bytes.append(UInt8(ascii: "}"))
    }

    /// Writes an array, with one call of `write` for each element.
    ///
    /// - Parameters:
    ///   - elements: what the array holds, in order.
    ///   - write: writes one element as exactly one JSON value.
    public mutating func array<Element>(_ elements: some Sequence<Element>, _ write: (Element, inout JSONText) -> Void)
    {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            write(element, &self)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Writes `value` in decimal digits.
    public mutating func number(_ value: Int) {
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Writes `value` as a JSON string.
    ///
    /// Escapes quotes, backslashes and the characters below U+0020. Everything else stays raw UTF-8.
    public mutating func string(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 { appendEscaped(byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes `json` unchanged; the caller makes sure that `json` is one JSON value.
    public mutating func raw(_ json: String) {
        bytes.append(contentsOf: json.utf8)
    }

    /// Writes `value` as a JSON string, without making a `String` of it.
    public mutating func openID(_ value: OpenID) {
        withUnsafeTemporaryAllocation(byteCount: OpenID.length + 2, alignment: 1) { text in
            text[0] = UInt8(ascii: "\"")
            value.write(into: UnsafeMutableRawBufferPointer(rebasing: text[1...]))
            text[OpenID.length + 1] = UInt8(ascii: "\"")
            bytes.append(contentsOf: text)
        }
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0..<0x20:
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(Self.hexadecimal[Int(byte >> 4)])
            bytes.append(Self.hexadecimal[Int(byte & 15)])
        default:
            bytes.append(byte)
        }
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)

    /// Writes the fields of one object; each method writes one field.
    public struct Fields {
        fileprivate var text: JSONText
        private var isFirst = true

        fileprivate init(text: JSONText) {
            self.text = text
        }

        /// Writes a field named `name`, and calls `write` to write exactly one JSON value for the field.
        public mutating func field(_ name: String, _ write: (inout JSONText) -> Void) {
            if !isFirst { text.bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            text.string(name)
            text.bytes.append(UInt8(ascii: ":"))
            write(&text)
        }

        /// Writes a field named `name` with a number.
        public mutating func field(_ name: String, _ value: Int) {
            field(name) { $0.number(value) }
        }

        /// Writes a field named `name` with `true` or `false`.
        public mutating func field(_ name: String, _ value: Bool) {
            field(name) { $0.raw(value ? "true" : "false") }
        }

        /// Writes a field named `name` with a string, escaped as ``JSONText/string(_:)`` does.
        public mutating func field(_ name: String, _ value: String) {
            field(name) { $0.string(value) }
        }
    }
}
