import Foundation

extension JSONValue {
    /// Reads strict JSON. Returns nil if the bytes are not JSON, or hold a text or a number that Swift cannot hold.
    ///
    /// If a key occurs twice, the object has the first value. Cost: reads the bytes three times. Foundation's decoder
    /// would try one type after another for each value, and would report each failed attempt as an error.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard JSONSyntax.isValid(bytes) else { return nil }
        var reader = JSONValueReader(bytes)
        guard let value = reader.value() else { return nil }
        self = value
    }

    /// Reads strict JSON. Returns nil in the same cases as the initialiser that takes a buffer.
    init?(_ bytes: some ContiguousBytes) {
        guard let value = bytes.withUnsafeBytes({ JSONValue($0) }) else { return nil }
        self = value
    }
}

/// Reads the values of bytes that are strict JSON.
private struct JSONValueReader {
    private let bytes: UnsafeRawBufferPointer
    private var place: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        place = bytes.starts(with: JSONSyntax.byteOrderMark) ? JSONSyntax.byteOrderMark.count : 0
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    /// Skips blanks, then the byte if it is the next one. Returns whether it was.
    private mutating func take(_ byte: UInt8) -> Bool {
        while let blank = next, blank.isBlank { place += 1 }
        guard next == byte else { return false }
        place += 1
        return true
    }

    mutating func value() -> JSONValue? {
        if take(UInt8(ascii: "\"")) { return text().map(JSONValue.string) }
        if take(UInt8(ascii: "{")) { return members().map(JSONValue.object) }
        if take(UInt8(ascii: "[")) { return elements().map(JSONValue.array) }
        return word()
    }

    private mutating func members() -> [String: JSONValue]? {
        var members: [String: JSONValue] = [:]
        while take(UInt8(ascii: "\"")) {
            guard let name = text(), take(UInt8(ascii: ":")), let value = value() else { return nil }
            if members[name] == nil { members[name] = value }
            _ = take(UInt8(ascii: ","))
        }
        return take(UInt8(ascii: "}")) ? members : nil
    }

    private mutating func elements() -> [JSONValue]? {
        var elements: [JSONValue] = []
        while !take(UInt8(ascii: "]")) {
            guard let element = value() else { return nil }
            elements.append(element)
            _ = take(UInt8(ascii: ","))
        }
        return elements
    }

    /// Reads a number, `true`, `false` or `null`.
    private mutating func word() -> JSONValue? {
        let start = place
        while let byte = next, byte.isAlphanumeric || "+-.".utf8.contains(byte) { place += 1 }
        let word = String(decoding: bytes[start..<place], as: UTF8.self)
        switch word {
        case "null": return JSONValue.null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: break
        }
        if let number = Int(word) { return .number(number) }
        guard let fraction = Double(word), fraction.isFinite else { return nil }
        // A `Double` holds each whole number below this limit exactly.
        guard fraction.magnitude < 0x1p53, let number = Int(exactly: fraction) else { return .fraction(fraction) }
        return .number(number)
    }

    /// Reads the rest of a text, after its first quotation mark. Returns nil if an escape is half a character.
    private mutating func text() -> String? {
        let start = place
        var hasEscape = false
        while let byte = next, byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\") {
                hasEscape = true
                place += 1
            }
            place += 1
        }
        let end = min(place, bytes.count)
        place = end + 1
        return hasEscape ? unescaped(start..<end) : String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private func unescaped(_ range: Range<Int>) -> String? {
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var place = range.lowerBound
        while place < range.upperBound {
            let byte = bytes[place]
            place += 1
            guard byte == UInt8(ascii: "\\"), place < range.upperBound else {
                text.append(byte)
                continue
            }
            let escaped = bytes[place]
            place += 1
            switch escaped {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                guard let scalar = scalar(at: &place, before: range.upperBound) else { return nil }
                text.append(contentsOf: String(scalar).utf8)
            default: text.append(escaped)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads the digits after `\u`, and a second escape if the character has two. Returns nil if the character is not
    /// whole.
    private func scalar(at place: inout Int, before end: Int) -> Unicode.Scalar? {
        guard let first = unit(at: &place, before: end) else { return nil }
        guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) }
        guard place + 1 < end, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u") else {
            return nil
        }
        place += 2
        guard let second = unit(at: &place, before: end), UTF16.isTrailSurrogate(second) else { return nil }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private func unit(at place: inout Int, before end: Int) -> UInt16? {
        guard place + 4 <= end else { return nil }
        defer { place += 4 }
        return UInt16(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
    }
}
