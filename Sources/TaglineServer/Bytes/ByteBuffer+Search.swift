import NIOCore

extension ByteBuffer {
    /// Returns how many readable bytes come before the first occurrence of `bytes`; nil if there is none, or if `bytes`
    /// is empty.
    func place(of bytes: [UInt8]) -> Int? {
        guard let first = bytes.first else { return nil }
        return withUnsafeReadableBytes { readable -> Int? in
            var rest = readable[...]
            while let place = rest.firstIndex(of: first) {
                rest = rest[place...]
                if rest.starts(with: bytes) { return place }
                rest = rest.dropFirst()
            }
            return nil
        }
    }
}
