/// Assigns places to contents in a file of a fixed size. After the end of the file, the next place is at the start
/// again. This type only calculates places, and neither reads nor writes the file.
///
/// A place is a number, and each new place is greater than the one before. The offset in the file is the place modulo
/// ``size``. So new content can overwrite the content that began before ``oldest``.
struct SpillSpace: Sendable {
    let size: Int
    private var end = 0

    /// - Parameter size: the size of the file in bytes, 1 or more.
    init(size: Int) {
        self.size = max(1, size)
    }

    /// Content that began before this place may be overwritten.
    var oldest: Int { end - size }

    /// Returns a place for `length` bytes that does not cross the end of the file; nil if the file is too small.
    mutating func place(_ length: Int) -> SpillPlace? {
        guard length <= size else { return nil }
        let left = size - end % size
        if length > left { end += left }
        defer { end += length }
        return SpillPlace(start: end, length: length)
    }

    /// Begins again at the start of an empty file.
    mutating func removeAll() { end = 0 }
}
