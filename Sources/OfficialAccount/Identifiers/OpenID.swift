/// The id of one follower for one official account: 28 characters, `o` and then 27 of `A-Z a-z 0-9 _ -`.
///
/// Each of the 27 characters is one of 64 and needs six bits. Three words hold nine characters each. An openid takes 24
/// bytes, compares and hashes as three integers, and allocates memory only for printing.
public struct OpenID: Hashable, Sendable, BitwiseCopyable {
    /// The number of characters, and of bytes, in the text of every openid.
    public static let length = 28

    /// The 27 characters after the `o`, six bits each, in three words.
    ///
    /// The words hold the characters 2 to 10, 11 to 19, and 20 to 28. In each word, the first character is in the
    /// highest six of the 54 bits that the word uses. The upper ten bits of every word are zero.
    package let words: (UInt64, UInt64, UInt64)

    /// Makes the openid that `words` hold, or returns nil if one of the upper ten bits of a word is set.
    package init?(words: (UInt64, UInt64, UInt64)) {
        guard (words.0 | words.1 | words.2) >> 54 == 0 else { return nil }
        self.words = words
    }

    /// Makes the openid whose text is `text`, or returns nil if the text does not have the form of an openid.
    public init?(_ text: some StringProtocol) {
        var text = String(text)
        let parsed = text.withUTF8 { OpenID(utf8: UnsafeRawBufferPointer($0)) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// Makes the openid whose text is in `utf8`, or returns nil if the bytes do not have the form of an openid.
    ///
    /// Reads the bytes in one pass and allocates nothing.
    package init?(utf8: UnsafeRawBufferPointer) {
        guard utf8.count == Self.length, utf8[0] == UInt8(ascii: "o") else { return nil }
        // Most bytes of a batch call are the openids of its list, so this code must be fast. Through a pointer, a look
        // into `sixBits` needs no bounds check.
        let words = Self.sixBits.withUnsafeBufferPointer { table -> (UInt64, UInt64, UInt64)? in
            guard
                let first = Self.packNine(utf8, from: 1, table),
                let second = Self.packNine(utf8, from: 10, table),
                let third = Self.packNine(utf8, from: 19, table)
            else { return nil }
            return (first, second, third)
        }
        guard let words else { return nil }
        self.words = words
    }

    /// Returns whether two openids have the same text, by comparing three integers.
    public static func == (left: OpenID, right: OpenID) -> Bool {
        left.words.0 == right.words.0 && left.words.1 == right.words.1 && left.words.2 == right.words.2
    }

    /// Feeds the three words into `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
    }
}

extension OpenID: CustomStringConvertible {
    /// The text of the openid, ``length`` characters long.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.length) { buffer in
            write(into: UnsafeMutableRawBufferPointer(buffer))
            return Self.length
        }
    }

    /// Writes the text of the openid at the start of `buffer`.
    ///
    /// Allocates nothing. Traps if `buffer` has no room for ``length`` bytes.
    package func write(into buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= Self.length, "an openid needs 28 bytes")
        buffer[0] = UInt8(ascii: "o")
        Self.unpackNine(words.0, into: buffer, from: 1)
        Self.unpackNine(words.1, into: buffer, from: 10)
        Self.unpackNine(words.2, into: buffer, from: 19)
    }
}

extension OpenID {
    private static func packNine(
        _ bytes: UnsafeRawBufferPointer, from start: Int, _ table: UnsafeBufferPointer<UInt8>
    ) -> UInt64? {
        var word: UInt64 = 0
        var strays: UInt8 = 0
        for position in start..<start + 9 {
            let value = table[Int(bytes[position])]
            strays |= value
            word = word << 6 | UInt64(value)
        }
        return strays & notInAlphabet == 0 ? word : nil
    }

    private static func unpackNine(_ word: UInt64, into buffer: UnsafeMutableRawBufferPointer, from start: Int) {
        for position in 0..<9 {
            buffer[start + position] = alphabet[Int(word >> UInt64(6 * (8 - position)) & 63)]
        }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let notInAlphabet: UInt8 = 0x80

    /// The place of each byte in the alphabet, or ``notInAlphabet``.
    private static let sixBits: [UInt8] = {
        var table = [UInt8](repeating: notInAlphabet, count: 256)
        for (value, byte) in alphabet.enumerated() { table[Int(byte)] = UInt8(value) }
        return table
    }()
}
