import NIOCore
import Testing

@testable import TaglineServer

@Suite struct ByteSearchTests {
    @Test(
        arguments: [
            ("abc", "a", 0), ("abc", "bc", 1), ("abc", "abc", 0), ("aaab", "aab", 1), ("abcab", "ab", 0),
            ("ab-abc", "abc", 3), ("xabcaab", "aab", 4), ("abb-aab", "abb", 0), ("abab", "abb", nil),
            ("abca", "abb", nil),
            ("ab", "abab", nil), ("aba", "aba", 0), ("abc", "d", nil), ("abc", "bd", nil), ("ab", "abc", nil),
            ("", "a", nil),
            ("abc", "", nil),
        ] as [(String, String, Int?)])
    func `the search returns the place where the bytes first occur`(text: String, bytes: String, place: Int?) {
        #expect(ByteBuffer(string: text).place(of: Array(bytes.utf8)) == place)
    }

    @Test func `the search begins at the first unread byte and counts places from there`() {
        var buffer = ByteBuffer(string: "abab")
        buffer.moveReaderIndex(forwardBy: 1)
        #expect(buffer.place(of: Array("ab".utf8)) == 1)
    }

    @Test func `identifiers consist of letters, digits, hyphens and underscores of ASCII`() {
        let characters = String(decoding: (UInt8.min...127).filter(\.isInIdentifier), as: UTF8.self)
        #expect(characters == "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
        let others = (128...UInt8.max).filter(\.isInIdentifier)
        #expect(others.isEmpty)
    }

    @Test func `hexadecimal digits are recognised in both cases`() {
        let digits = String(decoding: (UInt8.min...UInt8.max).filter(\.isHexadecimal), as: UTF8.self)
        #expect(digits == "0123456789ABCDEFabcdef")
    }

    @Test func `four characters are blank`() {
        #expect((UInt8.min...UInt8.max).filter(\.isBlank) == [0x09, 0x0A, 0x0D, 0x20])
    }
}
