import Foundation

/// Checks whether bytes are strict JSON. Source: RFC 8259.
///
/// Foundation's decoder accepts extra commas, control characters in strings and encodings other than UTF-8. A sandbox
/// that accepted these would hide mistakes that the platform answers with 47001.
struct JSONSyntax {
    /// The largest depth of arrays and objects inside other arrays and objects.
    static let deepest = 512
    /// The bytes that some editors write before a text in UTF-8.
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let bytes: UnsafeRawBufferPointer
    private var place = 0
    /// The null members of objects. Each range includes the comma before or after the member. Ranges of one object can
    /// overlap.
    private var nullMembers: [Range<Int>] = []

    /// Returns whether `bytes` are JSON. Reads the bytes once, and uses memory only for the places of null members.
    /// Accepts a byte-order mark before the text.
    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        nullMembers(in: bytes) != nil
    }

    /// Returns the bytes with blanks in the place of each object member whose value is null. Returns nil if the bytes
    /// are not JSON.
    ///
    /// So a decoder that reads the result finds no null member. If a key occurs twice, and one of the two members is
    /// null, the decoder finds the other member.
    static func withoutNullMembers(_ bytes: UnsafeRawBufferPointer) -> Data? {
        guard let nullMembers = Self.nullMembers(in: bytes) else { return nil }
        var json = Data(bytes)
        for place in nullMembers.joined() { json[place] = 0x20 }
        return json
    }

    /// Returns the places of the null members; nil if the bytes are not JSON.
    private static func nullMembers(in bytes: UnsafeRawBufferPointer) -> [Range<Int>]? {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var syntax = JSONSyntax(bytes: bytes)
        if bytes.starts(with: byteOrderMark) { syntax.place = byteOrderMark.count }
        guard syntax.value(depth: 0) else { return nil }
        syntax.blanks()
        return syntax.place == bytes.count ? syntax.nullMembers : nil
    }

    private init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        place += 1
        return true
    }

    private mutating func blanks() {
        while let byte = next, byte.isBlank { place += 1 }
    }

    private mutating func value(depth: Int) -> Bool {
        blanks()
        switch next {
        case UInt8(ascii: "{"): return depth < Self.deepest && object(depth: depth + 1)
        case UInt8(ascii: "["): return depth < Self.deepest && array(depth: depth + 1)
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        case UInt8(ascii: "n"): return word("null")
        default: return number()
        }
    }

    private mutating func object(depth: Int) -> Bool {
        place += 1
        blanks()
        if take(UInt8(ascii: "}")) { return true }
        // The offset of the comma after the latest member that is not null; nil before the first such member.
        var comma: Int?
        repeat {
            blanks()
            let start = place
            guard string() else { return false }
            blanks()
            guard take(UInt8(ascii: ":")) else { return false }
            blanks()
            let isNull = next == UInt8(ascii: "n")
            guard value(depth: depth) else { return false }
            let end = place
            blanks()
            if !isNull {
                comma = place
            } else if next == UInt8(ascii: ",") {
                nullMembers.append(start..<place + 1)
            } else {
                nullMembers.append((comma ?? start)..<end)
            }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}"))
    }

    private mutating func array(depth: Int) -> Bool {
        place += 1
        blanks()
        if take(UInt8(ascii: "]")) { return true }
        repeat {
            guard value(depth: depth) else { return false }
            blanks()
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]"))
    }

    private mutating func string() -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        while let byte = next {
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "\\"): guard escape() else { return false }
            case 0..<0x20: return false
            default: break
            }
        }
        return false
    }

    private mutating func escape() -> Bool {
        guard let byte = next else { return false }
        place += 1
        if byte != UInt8(ascii: "u") { return "\"\\/bfnrt".utf8.contains(byte) }
        for _ in 0..<4 {
            guard let digit = next, "0123456789abcdefABCDEF".utf8.contains(digit) else { return false }
            place += 1
        }
        return true
    }

    private mutating func number() -> Bool {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) {
            guard digits() else { return false }
        }
        if take(UInt8(ascii: ".")) {
            guard digits() else { return false }
        }
        guard take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) else { return true }
        _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
        return digits()
    }

    /// Reads one or more digits.
    private mutating func digits() -> Bool {
        let start = place
        while let byte = next, 0x30...0x39 ~= byte { place += 1 }
        return place > start
    }

    private mutating func word(_ word: StaticString) -> Bool {
        let end = place + word.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        defer { place = end }
        return word.withUTF8Buffer { bytes[place..<end].elementsEqual($0) }
    }
}
