import TagStore
import Testing

@Suite struct FingerprintTests {
    @Test func `a fingerprint is the 32 bytes it was made of`() throws {
        let bytes = (0..<32).map { UInt8($0 * 7 & 255) }
        #expect(try #require(Fingerprint(bytes)).bytes == bytes)
    }

    @Test(arguments: [0, 31, 33, 64])
    func `any other number of bytes is none`(count: Int) {
        #expect(Fingerprint([UInt8](repeating: 1, count: count)) == nil)
    }

    @Test(arguments: 0..<32)
    func `every byte counts`(position: Int) throws {
        var bytes = [UInt8](repeating: 0, count: 32)
        let before = try #require(Fingerprint(bytes))
        bytes[position] = 128
        #expect(Fingerprint(bytes) != before)
    }
}
