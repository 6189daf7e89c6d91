extension RandomAccessCollection where Element == UInt8 {
    /// Returns the index of the first occurrence of `bytes`; nil if there is none, or if `bytes` is empty.
    func firstIndex(ofAll bytes: [UInt8]) -> Index? {
        guard let first = bytes.first else { return nil }
        var rest = self[...]
        while let place = rest.firstIndex(of: first) {
            rest = rest[place...]
            if rest.starts(with: bytes) { return place }
            rest = rest.dropFirst()
        }
        return nil
    }
}
