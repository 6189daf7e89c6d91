import NIOCore
import Testing

@testable import TaglineServer

@Suite struct ImportSpoolTests {
    private static let pieces = (0..<100).map { ByteBuffer(repeating: UInt8($0), count: 10_000) }

    /// Adds all pieces to a spool over `file`, and returns the bytes that the spool gives back.
    private static func contents(over file: MemoryFile, _ pieces: [ByteBuffer]) async throws -> [UInt8] {
        var spool = ImportSpool { file }
        for piece in pieces { try await spool.append(piece) }
        var bytes: [UInt8] = []
        try await spool.eachPiece { bytes += $0 }
        return bytes
    }

    @Test(arguments: [0, 1, 26, 27, 100])
    func `the spool returns the bytes that it has received, and writes only a long body to the file`(count: Int)
        async throws
    {
        let file = MemoryFile(most: 7777)
        let pieces = Array(Self.pieces.prefix(count))
        #expect(try await Self.contents(over: file, pieces) == pieces.flatMap { Array($0.readableBytesView) })
        #expect(file.bytes.isEmpty == (count * 10_000 <= ImportSpool.mostInMemory))
    }

    @Test func `a file that cannot be written, or a disk without room, ends the import`() async throws {
        let failing = MemoryFile(failing: 2)
        await #expect(throws: SpillFailure.self) { try await Self.contents(over: failing, Self.pieces) }
        let full = MemoryFile()
        full.setDiskSpace(DiskSpace(free: 600_000, whole: 2_000_000))
        let failure = await #expect(throws: SpillFailure.self) { try await Self.contents(over: full, Self.pieces) }
        #expect(failure?.description == "too little space is left on the disk")
        #expect(full.bytes.count < 600_000)
        let roomy = MemoryFile()
        roomy.setDiskSpace(DiskSpace(free: 1_100_000, whole: 2_000_000))
        #expect(try await Self.contents(over: roomy, Self.pieces).count == 1_000_000)
    }
}
