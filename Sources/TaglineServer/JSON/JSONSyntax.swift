/// Whether bytes are JSON to the letter, as RFC 8259 has it.
///
/// Foundation's decoder forgives a comma too many, control characters in strings and other encodings than UTF-8. A
/// sandbox that forgave them would hide mistakes that the platform answers with 47001.
struct JSONSyntax {
    /// Arrays and objects inside one another.
    static let deepest = 512

    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    /// Constant memory, one pass. A byte-order mark before the text is let through.
    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard String(validating: bytes, as: UTF8.self) != nil else { return false }
        var syntax = JSONSyntax(bytes: bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { syntax.place = 3 }
        guard syntax.value(depth: 0) else { return false }
        syntax.blanks()
        return syntax.place == bytes.count
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
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
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
        repeat {
            blanks()
            guard string() else { return false }
            blanks()
            guard take(UInt8(ascii: ":")), value(depth: depth) else { return false }
            blanks()
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

    /// One digit at least.
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
