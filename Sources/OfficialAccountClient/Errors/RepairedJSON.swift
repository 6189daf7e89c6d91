/// Repairs answers that are almost JSON.
///
/// It repairs raw control characters inside texts, bytes that are not UTF-8, and halves of surrogate pairs. It removes
/// bytes after the end of the JSON. Each of these occurs in real answers: in names that people chose, or in the answers
/// of a proxy between the client and the platform.
enum RepairedJSON {
    /// Returns whether an answer may need repair.
    ///
    /// Most answers are plain ASCII without escapes, and need no repair.
    static func mayNeedRepair(_ bytes: [UInt8]) -> Bool {
        bytes.last != UInt8(ascii: "}") || bytes.contains { $0 < 0x20 || $0 >= 0x80 || $0 == UInt8(ascii: "\\") }
    }

    /// Returns the repaired bytes.
    ///
    /// The repair takes one pass over the bytes.
    static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        // Bytes that are not UTF-8 become U+FFFD.
        let source = Array(String(decoding: bytes, as: UTF8.self).utf8)
        var mended: [UInt8] = []
        mended.reserveCapacity(source.count)
        var isInText = false
        var place = 0
        var depth = 0
        while place < source.count {
            let byte = source[place]
            if !isInText {
                isInText = byte == UInt8(ascii: "\"")
                mended.append(byte)
                place += 1
                switch byte {
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth <= 0 { return mended }
                default: break
                }
            } else if byte == UInt8(ascii: "\\") {
                place += appendEscape(source, at: place, to: &mended)
            } else if byte < 0x20 {
                mended += "\\u00".utf8
                mended += [hexadecimal(byte >> 4), hexadecimal(byte & 15)]
                place += 1
            } else {
                if byte == UInt8(ascii: "\"") { isInText = false }
                mended.append(byte)
                place += 1
            }
        }
        return mended
    }

    /// Appends the escape that begins at `place`, and returns how many bytes of `source` the escape takes.
    private static func appendEscape(_ source: [UInt8], at place: Int, to mended: inout [UInt8]) -> Int {
        guard place + 1 < source.count else {
            mended.append(source[place])
            return 1
        }
        guard let code = unit(source, at: place) else {
            mended += source[place...place + 1]
            return 2
        }
        switch code {
        case 0xD800..<0xDC00:
            if let low = unit(source, at: place + 6), 0xDC00..<0xE000 ~= low {
                mended += source[place..<place + 12]
                return 12
            }
            mended += "\\ufffd".utf8
        case 0xDC00..<0xE000: mended += "\\ufffd".utf8
        default: mended += source[place..<place + 6]
        }
        return 6
    }

    /// The number in `\uXXXX`; nil if there is no such escape at `place`.
    private static func unit(_ source: [UInt8], at place: Int) -> UInt32? {
        guard place + 6 <= source.count, source[place] == UInt8(ascii: "\\"), source[place + 1] == UInt8(ascii: "u")
        else { return nil }
        return UInt32(String(decoding: source[place + 2..<place + 6], as: UTF8.self), radix: 16)
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
