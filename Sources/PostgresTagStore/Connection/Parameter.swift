import OfficialAccount
import TagStore

/// A value for a statement, in PostgreSQL's text format.
struct Parameter: Sendable {
    /// The bytes of the value; nil for NULL.
    let text: [UInt8]?

    static let null = Parameter(text: nil)

    static func int(_ value: some BinaryInteger) -> Parameter { Parameter(text: Array(String(value).utf8)) }

    static func bool(_ value: Bool) -> Parameter { Parameter(text: [value ? 0x74 : 0x66]) }

    /// Returns a text parameter. Replaces NUL, which PostgreSQL cannot store in text, with the replacement character.
    static func text(_ value: String) -> Parameter {
        Parameter(
            text: value.utf8.contains(0) ? Array(value.replacing("\0", with: "\u{FFFD}").utf8) : Array(value.utf8))
    }

    static func bytes(_ value: some Sequence<UInt8>) -> Parameter {
        Parameter(text: Array("\\x".utf8) + Array(Hexadecimal.text(value).utf8))
    }

    static func ints(_ values: some Sequence<some BinaryInteger>) -> Parameter {
        array(values) { text, value in text += String(value).utf8 }
    }

    /// Returns an array of byte strings.
    static func byteStrings(_ values: some Sequence<[UInt8]>) -> Parameter {
        array(values) { text, value in
            text += "\"\\\\x".utf8
            text += Hexadecimal.text(value).utf8
            text.append(UInt8(ascii: "\""))
        }
    }

    static func openIDs(_ values: some Sequence<OpenID>) -> Parameter {
        array(values) { text, value in
            let start = text.count
            text.append(contentsOf: repeatElement(0, count: OpenID.length))
            text.withUnsafeMutableBytes { value.write(into: UnsafeMutableRawBufferPointer(rebasing: $0[start...])) }
        }
    }

    private static func array<Values: Sequence>(
        _ values: Values, _ write: (inout [UInt8], Values.Element) -> Void
    ) -> Parameter {
        var text: [UInt8] = [UInt8(ascii: "{")]
        for value in values {
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            write(&text, value)
        }
        text.append(UInt8(ascii: "}"))
        return Parameter(text: text)
    }
}
