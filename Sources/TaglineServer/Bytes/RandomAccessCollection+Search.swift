extension RandomAccessCollection where Element == UInt8 {
    /// Returns the index of the first occurrence of `bytes`; nil if there is none, or if `bytes` is empty.
    ///
    /// After the first byte it compares the last one: the openids of an account begin alike and end differently.
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
