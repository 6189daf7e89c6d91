import Dispatch
import Foundation
import OfficialAccount
import Synchronization

/// The place of a follower in the order in which an account's followers first came, from 0.
typealias Ordinal = UInt32

/// Finds a follower's ordinal by openid: open addressing over four-byte entries.
///
/// The openids themselves stay in the chunks; an entry is only an ordinal, compared through `openIDAt`. The table is cut
/// into segments that grow one at a time, so that no insertion ever moves more than one of them.
final class FollowerDirectory {
    private var segments: ContiguousArray<DirectorySegment>
    private let seed: UInt64

    private static let manySegments = 256
    private static let splitAt = 4096

    /// - Parameter seed: random, so that nobody can choose openids that fall on the same place.
    init(seed: UInt64) {
        self.seed = seed
        segments = [DirectorySegment(capacity: 16)]
    }

    /// The directory of everyone in these chunks, all of which but the last are full.
    ///
    /// Cost: proportional to the followers. Each of the workers goes over all of them and takes those of its own segments, gathered by segment,
    /// because a segment at a time fits into a processor's cache.
    init(seed: UInt64, of chunks: [(memory: ChunkMemory, count: Int)]) {
        self.seed = seed
        let count = chunks.reduce(0) { $0 + $1.count }
        let segmentCount = count > Self.splitAt ? Self.manySegments : 1
        let processors = count > 100_000 ? ProcessInfo.processInfo.activeProcessorCount : 1
        let workers = processors >= 8 ? 8 : processors >= 4 ? 4 : processors >= 2 ? 2 : 1
        let made = Mutex<[Int: [DirectorySegment]]>([:])
        let share = max(1, segmentCount / workers)
        DispatchQueue.concurrentPerform(iterations: segmentCount / share) { worker in
            let range = worker * share..<(worker + 1) * share
            let segments = Self.segments(range, of: segmentCount, seed: seed, chunks)
            made.withLock { $0[worker] = segments }
        }
        segments = made.withLock { made in ContiguousArray((0..<segmentCount / share).flatMap { made[$0] ?? [] }) }
    }

    private static func segments(
        _ range: Range<Int>, of segmentCount: Int, seed: UInt64, _ chunks: [(memory: ChunkMemory, count: Int)]
    ) -> [DirectorySegment] {
        let expected = chunks.reduce(0) { $0 + $1.count } / segmentCount
        var segments = range.map { _ in DirectorySegment(toHold: expected) }
        var gathered = range.map { _ in ContiguousArray<(hash: UInt64, ordinal: Ordinal)>() }
        func settle(_ place: Int) {
            let newcomers = gathered[place]
            if segments[place].isCrowded(with: newcomers.count) {
                let old = segments[place]
                segments[place] = DirectorySegment(toHold: old.count + newcomers.count)
                old.forEach { ordinal in
                    let openID = chunks[Int(ordinal) >> FollowerChunk.shift].memory.view
                        .openIDs[Int(ordinal) & (FollowerChunk.capacity - 1)]
                    segments[place].insert(ordinal, hash: hash(openID, seed))
                }
                old.deallocate()
            }
            for newcomer in newcomers { segments[place].insert(newcomer.ordinal, hash: newcomer.hash) }
            gathered[place].removeAll(keepingCapacity: true)
        }
        for (number, chunk) in chunks.enumerated() {
            let openIDs = chunk.memory.view.openIDs
            for index in 0..<chunk.count {
                let hash = hash(openIDs[index], seed)
                let place = (segmentCount == 1 ? 0 : Int(hash >> 56)) - range.lowerBound
                guard place >= 0, place < gathered.count else { continue }
                gathered[place].append((hash, Ordinal(number * FollowerChunk.capacity + index)))
                if gathered[place].count == 512 { settle(place) }
            }
        }
        for place in gathered.indices { settle(place) }
        return segments
    }

    deinit {
        for segment in segments { segment.deallocate() }
    }

    func ordinal(of openID: OpenID, openIDAt: (Ordinal) -> OpenID) -> Ordinal? {
        let hash = hash(openID)
        let segment = segments[segmentIndex(hash)]
        var place = segment.place(of: hash)
        while true {
            let entry = segment.entry(at: place)
            if entry == 0 { return nil }
            if openIDAt(entry - 1) == openID { return entry - 1 }
            place = segment.place(after: place)
        }
    }

    /// The ordinals of all of them, in their order; nil if one of them is unknown.
    ///
    /// It looks at the first place of each, then compares what it found for each, then looks at the second place of those that stand elsewhere,
    /// and so on. No look in a round depends on another, so that the processor waits for memory once a round and not once for each.
    func ordinals(of openIDs: [OpenID], openIDAt: (Ordinal) -> OpenID) -> [Ordinal]? {
        var ordinals = openIDs.map { found($0, round: 0) }
        guard !ordinals.contains(Self.nobody) else { return nil }
        var elsewhere: [Int] = []
        elsewhere.reserveCapacity(openIDs.count)
        for index in openIDs.indices where openIDAt(ordinals[index]) != openIDs[index] { elsewhere.append(index) }
        var round = 1
        while !elsewhere.isEmpty {
            for index in elsewhere {
                ordinals[index] = found(openIDs[index], round: round)
                if ordinals[index] == Self.nobody { return nil }
            }
            elsewhere.removeAll { openIDAt(ordinals[$0]) == openIDs[$0] }
            round += 1
        }
        return ordinals
    }

    private static let nobody = Ordinal.max

    /// Who stands so many places after the first one for an openid.
    private func found(_ openID: OpenID, round: Int) -> Ordinal {
        let hash = hash(openID)
        let segment = segments[segmentIndex(hash)]
        return segment.entry(at: segment.place(of: hash) + round) &- 1
    }

    /// Adds an openid that is not in the directory yet.
    func insert(_ openID: OpenID, at ordinal: Ordinal, openIDAt: (Ordinal) -> OpenID) {
        if segments.count == 1, segments[0].count == Self.splitAt { split(openIDAt: openIDAt) }
        let hash = hash(openID)
        let segment = segmentIndex(hash)
        if segments[segment].isCrowded() { grow(segment, openIDAt: openIDAt) }
        segments[segment].insert(ordinal, hash: hash)
    }

    var allocatedBytes: Int {
        segments.reduce(0) { $0 + $1.capacity * MemoryLayout<UInt32>.stride }
    }

    private func grow(_ segment: Int, openIDAt: (Ordinal) -> OpenID) {
        let old = segments[segment]
        var new = DirectorySegment(capacity: old.capacity * 2)
        old.forEach { new.insert($0, hash: hash(openIDAt($0))) }
        segments[segment] = new
        old.deallocate()
    }

    private func split(openIDAt: (Ordinal) -> OpenID) {
        let old = segments[0]
        segments = ContiguousArray((0..<Self.manySegments).map { _ in DirectorySegment(capacity: 32) })
        old.forEach { ordinal in
            let hash = hash(openIDAt(ordinal))
            let segment = segmentIndex(hash)
            if segments[segment].isCrowded() { grow(segment, openIDAt: openIDAt) }
            segments[segment].insert(ordinal, hash: hash)
        }
        old.deallocate()
    }

    private func segmentIndex(_ hash: UInt64) -> Int {
        segments.count == 1 ? 0 : Int(hash >> 56)
    }

    private func hash(_ openID: OpenID) -> UInt64 {
        Self.hash(openID, seed)
    }

    private static func hash(_ openID: OpenID, _ seed: UInt64) -> UInt64 {
        mix(mix(mix(seed, openID.words.0, seed), openID.words.1, seed), openID.words.2, seed)
    }

    private static func mix(_ hash: UInt64, _ word: UInt64, _ seed: UInt64) -> UInt64 {
        let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low ^ seed
    }
}
