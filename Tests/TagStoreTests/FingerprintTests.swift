import TagStore
import Testing

@Suite struct FingerprintTests {
    @Test func `a fingerprint keeps its 32 bytes`() throws {
        let bytes = (0..<32).map { UInt8($0 * 7 & 255) }
        #expect(try #require(Fingerprint(bytes)).bytes == bytes)
    }

    @Test(arguments: [0, 31, 33, 64])
    func `fewer or more than 32 bytes are not a fingerprint`(count: Int) {
        #expect(Fingerprint([UInt8](repeating: 1, count: count)) == nil)
    }

    @Test(arguments: 0..<32)
    func `fingerprints that differ in one byte are different`(position: Int) throws {
        var bytes = [UInt8](repeating: 0, count: 32)
        let before = try #require(Fingerprint(bytes))
        bytes[position] = 128
        #expect(Fingerprint(bytes) != before)
    }
}
