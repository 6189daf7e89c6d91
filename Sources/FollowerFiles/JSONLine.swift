/// Reads the members of a JSON object on one line, by RFC 8259.
///
/// A text may be damaged: it may hold half of a surrogate pair, bytes that are not UTF-8, or an unescaped control
/// character. Programs write such texts when they cut a text at a fixed length. A damaged text does not make the object
/// malformed, because the member may be one that the caller does not need.
///
/// This type never traps and never recurses, even for malformed bytes.
struct JSONLine {
    /// The value of a member. All values that a list of followers does not need are ``other``.
    enum Value: Hashable {
        case text(String)
        /// The text of a number, exactly as in the line.
        case number(String)
        /// An array of texts and numbers, without its nulls.
        case list([String])
        case null
        /// A value with a damaged text.
        case damaged
        case other
    }

    struct Malformed: Error {}

    /// The most levels of objects and arrays inside each other. A value with more levels is malformed.
    private static let deepest = 100

    private let bytes: UnsafeRawBufferPointer
    private var index = 0
    /// Whether ``text()`` has read a damaged text since the caller last set this property to false.
    private var isDamaged = false

    /// Returns the members of the object in `bytes`, in the order of the line. Throws ``Malformed`` if `bytes` holds
    /// anything other than one object.
    static func members(_ bytes: UnsafeRawBufferPointer) throws(Malformed) -> [(name: String, value: Value)] {
        var line = JSONLine(bytes: bytes)
        return try line.object()
    }

    private init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    private mutating func object() throws(Malformed) -> [(name: String, value: Value)] {
        var members: [(String, Value)] = []
        try expect("{")
        if skip("}") { return try end(members) }
        repeat {
            space()
            let name = try text()
            try expect(":")
            isDamaged = false
            let value = try self.value()
            members.append((name, isDamaged ? .damaged : value))
        } while skip(",")
        try expect("}")
        return try end(members)
    }

    private mutating func end(_ members: [(String, Value)]) throws(Malformed) -> [(name: String, value: Value)] {
        space()
        guard index == bytes.count else { throw Malformed() }
        return members
    }

    private mutating func value() throws(Malformed) -> Value {
        space()
        switch peek {
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "["): return try list()
        case UInt8(ascii: "{"):
            try skipNested()
            return .other
        default: return try scalar()
        }
    }

    /// Reads an array. Returns ``Value/other`` if an element is neither a text nor a number nor null.
    private mutating func list() throws(Malformed) -> Value {
        let start = index
        var elements: [String] = []
        try expect("[")
        if skip("]") { return .list([]) }
        repeat {
            space()
            if peek == UInt8(ascii: "{") || peek == UInt8(ascii: "[") {
                index = start
                try skipNested()
                return .other
            }
            switch try value() {
            case .text(let element), .number(let element): elements.append(element)
            case .null: break
            default:
                index = start
                try skipNested()
                return .other
            }
        } while skip(",")
        try expect("]")
        return .list(elements)
    }

    /// Skips an object or an array with its content.
    private mutating func skipNested() throws(Malformed) {
        // For each open level: true for an object, false for an array.
        var levels: [Bool] = []
        while true {
            space()
            switch peek {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard levels.count < Self.deepest else { throw Malformed() }
                let isObject = peek == UInt8(ascii: "{")
                index += 1
                if !skip(isObject ? "}" : "]") {
                    levels.append(isObject)
                    if isObject { try key() }
                    continue
                }
            default: _ = try leaf()
            }
            // A value has ended here. Close the objects and arrays whose end follows this value.
            while let isObject = levels.last, skip(isObject ? "}" : "]") { levels.removeLast() }
            guard let isObject = levels.last else { return }
            try expect(",")
            if isObject { try key() }
        }
    }

    private mutating func leaf() throws(Malformed) -> Value {
        peek == UInt8(ascii: "\"") ? .text(try text()) : try scalar()
    }

    private mutating func key() throws(Malformed) {
        space()
        _ = try text()
        try expect(":")
    }

    private mutating func scalar() throws(Malformed) -> Value {
        let start = index
        while let byte = peek, Self.isPartOfScalar(byte) { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        switch word {
        case "null": return .null
        case "true", "false": return .other
        default:
            guard word.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+\-]?[0-9]+)?/) != nil else {
                throw Malformed()
            }
            return .number(word)
        }
    }

    private static func isPartOfScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): true
        default: false
        }
    }

    /// Reads a text. In a damaged text, U+FFFD replaces what is not a character, and ``isDamaged`` becomes true.
    private mutating func text() throws(Malformed) -> String {
        guard peek == UInt8(ascii: "\"") else { throw Malformed() }
        index += 1
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\"),
            bytes[index] >= 0x20
        {
            index += 1
        }
        if peek == UInt8(ascii: "\"") {
            defer { index += 1 }
            return decoded(bytes[start..<index])
        }
        var parts = Array(bytes[start..<index])
        while let byte = peek {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return decoded(parts)
            case UInt8(ascii: "\\"): parts += String(Character(try escaped())).utf8
            default:
                if byte < 0x20 { isDamaged = true }
                parts.append(byte)
            }
        }
        throw Malformed()
    }

    private mutating func decoded(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        isDamaged = true
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func escaped() throws(Malformed) -> Unicode.Scalar {
        guard let byte = peek else { throw Malformed() }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let first = try unit()
            if let scalar = Unicode.Scalar(first) { return scalar }
            // The unit is one half of a surrogate pair.
            if first < 0xDC00, let second = try secondHalf(),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
            isDamaged = true
            return "\u{FFFD}"
        default: throw Malformed()
        }
    }

    /// Reads the second half of a surrogate pair. If something else follows the first half, reads nothing and returns
    /// nil.
    private mutating func secondHalf() throws(Malformed) -> UInt32? {
        let start = index
        if skipNow(UInt8(ascii: "\\")), skipNow(UInt8(ascii: "u")) {
            let half = try unit()
            if 0xDC00...0xDFFF ~= half { return half }
        }
        index = start
        return nil
    }

    private mutating func unit() throws(Malformed) -> UInt32 {
        guard bytes.count - index >= 4 else { throw Malformed() }
        var value: UInt32 = 0
        for byte in bytes[index..<index + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw Malformed() }
            value = value << 4 | UInt32(digit)
        }
        index += 4
        return value
    }

    // MARK: Bytes

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func space() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A { index += 1 }
    }

    private mutating func expect(_ scalar: Unicode.Scalar) throws(Malformed) {
        guard skip(scalar) else { throw Malformed() }
    }

    /// Skips spaces, and then `scalar` if it is next. Returns whether it was next.
    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        space()
        return skipNow(UInt8(ascii: scalar))
    }

    private mutating func skipNow(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }
}
