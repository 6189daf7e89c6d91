import OfficialAccount

/// The place of a follower in the order in which an account's followers first came, from 0.
typealias Ordinal = UInt32

/// Finds a follower's ordinal by openid: open addressing over four-byte entries.
///
/// The openids themselves stay in the chunks; an entry is only an ordinal, compared through `openIDAt`. The table is cut
/// into segments that grow one at a time, so that no insertion ever moves more than one of them.
struct FollowerDirectory {
    /// An entry is the ordinal plus one; zero is free.
    private var segments: ContiguousArray<ContiguousArray<UInt32>>
    private var counts: ContiguousArray<Int>
    private let seed: UInt64

    private static let manySegments = 256
    private static let splitAt = 4096

    /// - Parameter seed: random, so that nobody can choose openids that fall on the same place.
    init(seed: UInt64) {
        self.seed = seed
        segments = [[]]
        counts = [0]
    }

    func ordinal(of openID: OpenID, openIDAt: (Ordinal) -> OpenID) -> Ordinal? {
        let hash = hash(openID)
        let segment = segmentIndex(hash)
        guard !segments[segment].isEmpty else { return nil }
        let mask = segments[segment].count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = segments[segment][place]
            if entry == 0 { return nil }
            if openIDAt(entry - 1) == openID { return entry - 1 }
            place = (place + 1) & mask
        }
    }

    /// Adds an openid that is not in the directory yet.
    mutating func insert(_ openID: OpenID, at ordinal: Ordinal, openIDAt: (Ordinal) -> OpenID) {
        if segments.count == 1, counts[0] == Self.splitAt { split(openIDAt: openIDAt) }
        let hash = hash(openID)
        let segment = segmentIndex(hash)
        if counts[segment] * 5 >= segments[segment].count * 4 { grow(segment, openIDAt: openIDAt) }
        place(ordinal, hash: hash, in: segment)
    }

    var allocatedBytes: Int {
        segments.reduce(0) { $0 + $1.capacity * MemoryLayout<UInt32>.stride }
    }

    private mutating func place(_ ordinal: Ordinal, hash: UInt64, in segment: Int) {
        let mask = segments[segment].count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while segments[segment][place] != 0 { place = (place + 1) & mask }
        segments[segment][place] = ordinal + 1
        counts[segment] += 1
    }

    private mutating func grow(_ segment: Int, openIDAt: (Ordinal) -> OpenID) {
        let entries = segments[segment]
        segments[segment] = ContiguousArray(repeating: 0, count: max(16, entries.count * 2))
        counts[segment] = 0
        for entry in entries where entry != 0 {
            place(entry - 1, hash: hash(openIDAt(entry - 1)), in: segment)
        }
    }

    private mutating func split(openIDAt: (Ordinal) -> OpenID) {
        let entries = segments[0]
        segments = ContiguousArray(
            repeating: ContiguousArray(repeating: 0, count: 32), count: Self.manySegments)
        counts = ContiguousArray(repeating: 0, count: Self.manySegments)
        for entry in entries where entry != 0 {
            let hash = hash(openIDAt(entry - 1))
            let segment = segmentIndex(hash)
            if counts[segment] * 5 >= segments[segment].count * 4 { grow(segment, openIDAt: openIDAt) }
            place(entry - 1, hash: hash, in: segment)
        }
    }

    private func segmentIndex(_ hash: UInt64) -> Int {
        segments.count == 1 ? 0 : Int(hash >> 56)
    }

    private func hash(_ openID: OpenID) -> UInt64 {
        mix(mix(mix(seed, openID.words.0), openID.words.1), openID.words.2)
    }

    private func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low ^ seed
    }
}
