extension RandomAccessCollection where Element == UInt8 {
    /// Returns the index of the first occurrence of `bytes`; nil if `bytes` does not occur or is empty.
    ///
    /// This function compares the first byte, then the last byte, and then the others. This order is fast for the
    /// openids of an account, which begin alike and end differently.
    func firstIndex(ofAll bytes: [UInt8]) -> Index? {
        guard let first = bytes.first, let last = bytes.last else { return nil }
        var rest = self[...]
        while let place = rest.firstIndex(of: first) {
            rest = rest[place...]
            guard rest.count >= bytes.count else { return nil }
            if rest[rest.index(place, offsetBy: bytes.count - 1)] == last, rest.starts(with: bytes) { return place }
            rest = rest.dropFirst()
        }
        return nil
    }
}
