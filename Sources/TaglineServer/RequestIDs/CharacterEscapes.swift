/// The escapes of characters in JSON (`\u0065`) and in forms (`%65`).
enum CharacterEscapes {
    /// Returns whether an escape of JSON begins at `place`.
    static func isOfJSON(_ bytes: ArraySlice<UInt8>, at place: Int) -> Bool {
        guard bytes[place] == UInt8(ascii: "\\"), place + 5 < bytes.endIndex, bytes[place + 1] == UInt8(ascii: "u")
        else { return false }
        return bytes[place + 2...place + 5].allSatisfy(\.isHexadecimal)
    }

    /// Returns whether an escape of a form begins at `place`.
    static func isOfForm(_ bytes: ArraySlice<UInt8>, at place: Int) -> Bool {
        guard bytes[place] == UInt8(ascii: "%"), place + 2 < bytes.endIndex else { return false }
        return bytes[place + 1].isHexadecimal && bytes[place + 2].isHexadecimal
    }

    /// Returns `text` with its escapes decoded. An escaped character beyond ASCII becomes a question mark.
    static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        var place = text.startIndex
        while place < text.endIndex {
            let digits: (start: Int, count: Int)? =
                switch text[place] {
                case UInt8(ascii: "%"): (place + 1, 2)
                case UInt8(ascii: "\\") where place + 1 < text.endIndex && text[place + 1] == UInt8(ascii: "u"):
                    (place + 2, 4)
                default: nil
                }
            if let digits, digits.start + digits.count <= text.endIndex,
                let code = UInt32(
                    String(decoding: text[digits.start..<digits.start + digits.count], as: UTF8.self), radix: 16)
            {
                plain.append(code < 128 ? UInt8(code) : UInt8(ascii: "?"))
                place = digits.start + digits.count
            } else {
                plain.append(text[place])
                place += 1
            }
        }
        return plain
    }
}
