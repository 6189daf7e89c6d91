import NIOCore

extension ByteBuffer {
    /// Returns how many readable bytes come before the first occurrence of `bytes`; nil if `bytes` does not occur or is
    /// empty.
    func place(of bytes: [UInt8]) -> Int? {
        withUnsafeReadableBytes { $0.firstIndex(ofAll: bytes) }
    }
}
