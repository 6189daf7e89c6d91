import OfficialAccount
import Testing

@testable import TaglineServer

@Suite struct OpenIDLineReaderTests {
    private static let lines =
        "name,openid\n"
        + (0..<200).map { "\"n, \($0)\",oLine\(String(repeating: "0", count: 20))\(100 + $0)\r\n" }.joined()

    @Test(arguments: [1, 2, 3, 7, 28, 29, 30, 31, 1000, 100_000])
    func `it does not matter in what pieces lines come`(size: Int) {
        var reader = OpenIDLineReader()
        let bytes = Array(Self.lines.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            reader.read(bytes[start..<min(start + size, bytes.count)])
        }
        reader.finish()
        let (openIDs, broken) = reader.take()
        #expect(openIDs.count == 200 && broken.isEmpty)
        #expect(openIDs.last?.description == "oLine00000000000000000000299")
    }

    @Test func `a line without an end takes no memory`() {
        var reader = OpenIDLineReader()
        let piece = [UInt8](repeating: 65, count: 1 << 20)
        for _ in 0..<64 { reader.read(piece) }
        reader.finish()
        #expect(reader.take().broken == [.init(number: 1, reason: "line 1 is longer than 4096 bytes")])
    }
}
