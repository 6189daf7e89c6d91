import Foundation
import NIOCore
import NIOPosix

/// Keeps the body of an import, which the server must not use before the whole body has arrived.
///
/// A short body stays in memory. A longer one goes to a file without a name, so an import that never ends holds little
/// memory. The file grows only if the disk has at least as many free bytes as the import has so far. The store needs
/// this space.
struct ImportSpool {
    /// The most bytes that stay in memory.
    static let mostInMemory = 256 * 1024

    private let makeFile: @Sendable () throws(SpillFailure) -> any SpillFile
    private var file: (any SpillFile)?
    private var written = 0
    private var held: [UInt8] = []

    /// - Parameter makeFile: makes an empty file for a long body.
    init(_ makeFile: @escaping @Sendable () throws(SpillFailure) -> any SpillFile) {
        self.makeFile = makeFile
    }

    /// - Parameter directory: the directory of the file for a long body.
    init(in directory: URL) {
        self.init { () throws(SpillFailure) in
            try UnlinkedFile(in: directory, named: "import-\(UUID().uuidString).spill")
        }
    }

    /// Whether all bytes are in memory.
    var isInMemory: Bool { file == nil }

    /// Adds the next piece of the body. Throws ``SpillFailure`` if there is no room for the piece.
    mutating func append(_ piece: ByteBuffer) async throws(SpillFailure) {
        held.append(contentsOf: piece.readableBytesView)
        guard held.count > Self.mostInMemory else { return }
        let makeFile = makeFile
        let file = if let file { file } else { try await Self.onThread(makeFile) }
        self.file = file
        let (bytes, offset) = (held, written)
        held = []
        written += bytes.count
        try await Self.onThread { () throws(SpillFailure) in try Self.write(bytes, to: file, at: offset) }
    }

    private static func write(_ bytes: [UInt8], to file: any SpillFile, at offset: Int) throws(SpillFailure) {
        if let space = file.diskSpace, !space.hasRoom(for: offset + bytes.count) {
            throw SpillFailure("too little space is left on the disk")
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try file.write(rest, at: offset + bytes.count - rest.count)
            guard count > 0 else { throw SpillFailure("the file takes no more bytes") }
            rest = rest.dropFirst(count)
        }
    }

    /// Passes the whole body to `take`, piece by piece. Throws ``SpillFailure`` if the file cannot be read, and the
    /// errors of `take`.
    func eachPiece(_ take: ([UInt8]) throws -> Void) async throws {
        var offset = 0
        while let file, offset < written {
            let place = offset
            let piece = try await Self.onThread { () throws(SpillFailure) in
                try file.read(Self.mostInMemory, at: place)
            }
            guard !piece.isEmpty else { throw SpillFailure("the file is shorter than what was written") }
            try take(piece)
            offset += piece.count
        }
        try take(held)
    }

    /// Does `work`, which waits for the disk, on a thread that does not answer calls.
    private static func onThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws(SpillFailure) -> Value
    ) async throws(SpillFailure) -> Value {
        do {
            return try await NIOThreadPool.singleton.runIfActive { try work() }
        } catch let failure as SpillFailure {
            throw failure
        } catch {
            throw SpillFailure("\(error)")
        }
    }
}
