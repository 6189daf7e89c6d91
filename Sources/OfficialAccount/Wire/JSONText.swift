/// Writes the JSON of answers: fields in the documented order, text as raw UTF-8, no blanks.
///
/// The order of fields and the absence of escapes are what the platform sends, which a general encoder does not promise;
/// and a page of 10,000 openids is written straight into the answer's bytes.
public struct JSONText: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init(capacity: Int = 64) {
        bytes.reserveCapacity(capacity)
    }

    public mutating func object(_ fields: (inout Fields) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        var body = Fields(text: self)
        bytes = []
        fields(&body)
        self = body.text
        bytes.append(UInt8(ascii: "}"))
    }

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

    public mutating func number(_ value: Int) {
        bytes.append(contentsOf: String(value).utf8)
    }

    public mutating func string(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 { appendEscaped(byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Text that is JSON already.
    public mutating func raw(_ json: String) {
        bytes.append(contentsOf: json.utf8)
    }

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

    /// The fields of one object, written in the order of the calls.
    public struct Fields {
        fileprivate var text: JSONText
        private var isFirst = true

        fileprivate init(text: JSONText) {
            self.text = text
        }

        public mutating func field(_ name: String, _ write: (inout JSONText) -> Void) {
            if !isFirst { text.bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            text.string(name)
            text.bytes.append(UInt8(ascii: ":"))
            write(&text)
        }

        public mutating func field(_ name: String, _ value: Int) {
            field(name) { $0.number(value) }
        }

        public mutating func field(_ name: String, _ value: Bool) {
            field(name) { $0.raw(value ? "true" : "false") }
        }

        public mutating func field(_ name: String, _ value: String) {
            field(name) { $0.string(value) }
        }
    }
}
