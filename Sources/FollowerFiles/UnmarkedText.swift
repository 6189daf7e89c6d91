/// Recognises text in UTF-16 or UTF-32 that does not begin with a byte order mark.
enum UnmarkedText {
    /// The most bytes that this type checks.
    private static let most = 4096

    /// Returns UTF-16 or UTF-32 if `head` looks like the beginning of a text in this encoding; nil otherwise.
    static func kind(of head: UnsafeRawBufferPointer) -> FileKind? {
        let count = min(head.count, most)
        guard count >= 4, head[..<count].contains(0) else { return nil }
        let quads = stride(from: 0, to: count - 3, by: 4)
        if count >= 8 {
            // The highest byte of a character is 0, and the next lower byte is the Unicode plane, from 0 to 2.
            if quads.allSatisfy({ isCharacter(head[$0], head[$0 + 1], head[$0 + 2], head[$0 + 3]) }) {
                return .encoded("UTF-32", code: "UTF-32LE")
            }
            if quads.allSatisfy({ isCharacter(head[$0 + 3], head[$0 + 2], head[$0 + 1], head[$0]) }) {
                return .encoded("UTF-32", code: "UTF-32BE")
            }
        }
        if isUTF16(head, count, low: 0, high: 1) { return .encoded("UTF-16", code: "UTF-16LE") }
        return isUTF16(head, count, low: 1, high: 0) ? .encoded("UTF-16", code: "UTF-16BE") : nil
    }

    /// Returns whether four bytes, the least significant byte first, can be a character of UTF-32.
    private static func isCharacter(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) -> Bool {
        fourth == 0 && third <= 2 && (first != 0 || second != 0)
    }

    /// Returns whether at least nine of ten two-byte units are likely in a table, and at least one of eight is ASCII.
    /// Separators, line ends and openids are ASCII.
    private static func isUTF16(_ head: UnsafeRawBufferPointer, _ count: Int, low: Int, high: Int) -> Bool {
        var likely = 0
        var ascii = 0
        for start in stride(from: 0, to: count - 1, by: 2) {
            let unit = UInt16(head[start + high]) << 8 | UInt16(head[start + low])
            if isLikely(unit) { likely += 1 }
            if 0x01...0x7F ~= unit { ascii += 1 }
        }
        let units = count / 2
        return likely * 10 >= units * 9 && ascii * 8 >= units
    }

    /// Returns whether `unit` is ASCII, a letter, Chinese, Japanese, Korean, or half of an emoji.
    private static func isLikely(_ unit: UInt16) -> Bool {
        switch unit {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0xA0...0x6FF, 0xE00...0xE7F, 0x2000...0x27BF, 0x3000...0x9FFF,
            0xAC00...0xDFFF, 0xFE00...0xFFEF:
            true
        default: false
        }
    }
}

/// The Chinese encoding GB 18030, of which GBK and GB 2312 are parts.
enum GB18030 {
    /// Returns whether the bytes are valid in this encoding, and at least three quarters of the two-byte characters
    /// belong to GB 2312.
    ///
    /// Most bytes of a text in Big5 or Shift-JIS are valid in GB 18030 too. But in GB 18030 these bytes mean rare
    /// characters outside GB 2312.
    static func isLikely(_ bytes: some Sequence<UInt8>) -> Bool {
        var iterator = bytes.makeIterator()
        var pairs = 0
        var usual = 0
        while let lead = iterator.next() {
            if lead < 0x80 {
                guard lead >= 0x20 || lead == 0x09 || lead == 0x0A || lead == 0x0D else { return false }
                continue
            }
            guard 0x81...0xFE ~= lead else { return false }
            // A character that is cut off at the end is not a mistake.
            guard let second = iterator.next() else { break }
            switch second {
            case 0x40...0x7E, 0x80...0xFE:
                pairs += 1
                if isUsual(lead, second) { usual += 1 }
            case 0x30...0x39:
                guard let third = iterator.next(), let fourth = iterator.next() else { continue }
                guard 0x81...0xFE ~= third, 0x30...0x39 ~= fourth else { return false }
            default: return false
            }
        }
        return pairs > 0 && usual * 4 >= pairs * 3
    }

    /// Returns whether two bytes are punctuation or a Chinese character of GB 2312.
    private static func isUsual(_ lead: UInt8, _ second: UInt8) -> Bool {
        guard second >= 0xA1 else { return false }
        return 0xB0...0xF7 ~= lead || lead == 0xA1 || lead == 0xA3
    }
}
