import NIOCore
import OfficialAccount

/// A Bloom filter of 128 bytes that tells which openids a call may name.
///
/// For every openid that is a separate word in the query or the body, ``mayHold(_:)`` returns true. It also returns
/// true for some openids that the call does not name:
///
/// - about 1 in 100 for a call of 50 openids;
/// - about 4 in 10 for a body of 16 KiB full of openids;
/// - nearly all for a body of 100 KiB.
struct OpenIDSketch: Sendable {
    private static let bits: UInt = 1024

    private var words = [UInt64](repeating: 0, count: Int(Self.bits) / UInt64.bitWidth)

    /// Makes the sketch of a content. Cost: one pass over the query and the body.
    init(_ content: CallContent) {
        content.request.body.buffer.withUnsafeReadableBytes { add($0) }
        var query = content.request.target.query
        query.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    /// Returns whether the call may name the openid. If the result is false, the call does not name the openid.
    func mayHold(_ openID: OpenID) -> Bool {
        let (first, second) = Self.places(of: openID)
        return has(first) && has(second)
    }

    private mutating func add(_ text: UnsafeRawBufferPointer) {
        var start = 0
        for end in 0...text.count where end == text.count || !text[end].isInIdentifier {
            if end - start == OpenID.length,
                let openID = OpenID(utf8: UnsafeRawBufferPointer(rebasing: text[start..<end]))
            {
                let (first, second) = Self.places(of: openID)
                set(first)
                set(second)
            }
            start = end + 1
        }
    }

    private static func places(of openID: OpenID) -> (first: Int, second: Int) {
        let hash = UInt(bitPattern: openID.hashValue)
        return (Int(hash % bits), Int((hash >> 20) % bits))
    }

    private func has(_ place: Int) -> Bool {
        words[place / UInt64.bitWidth] >> UInt64(place % UInt64.bitWidth) & 1 == 1
    }

    private mutating func set(_ place: Int) {
        words[place / UInt64.bitWidth] |= UInt64(1) << UInt64(place % UInt64.bitWidth)
    }
}
