/// Reads little-endian integers from bytes that may be damaged.
///
/// The cursor does not copy the bytes. Use the cursor only inside the closure that gets the pointer to the bytes.
struct ByteCursor {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func read<Integer: FixedWidthInteger>(_ type: Integer.Type) throws(DamagedFile) -> Integer {
        let size = MemoryLayout<Integer>.size
        guard bytes.count - offset >= size else { throw DamagedFile("a record ends too early") }
        defer { offset += size }
        return Integer(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }

    /// Reads the number of elements that follow, each of `size` bytes. Throws ``DamagedFile`` if fewer elements follow.
    mutating func readCount(of size: Int) throws(DamagedFile) -> Int {
        let count = Int(try read(UInt32.self))
        guard count <= (bytes.count - offset) / size else { throw DamagedFile("a record ends too early") }
        return count
    }
}
