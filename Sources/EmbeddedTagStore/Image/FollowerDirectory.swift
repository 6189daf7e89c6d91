import Dispatch
import Foundation
import OfficialAccount
import Synchronization

/// The number of a follower, from 0, in the order in which the account's followers first followed.
typealias Ordinal = UInt32

/// Finds a follower's ordinal by openid, in a hash table with open addressing and four-byte entries.
///
/// The table does not contain the openids. A lookup reads openids from the chunks through `openIDAt`. The table
/// consists of segments that grow one at a time. So an insertion moves the entries of at most one segment.
final class FollowerDirectory {
    private var segments: ContiguousArray<DirectorySegment>
    private let seed: UInt64

    private static let manySegments = 256
    private static let splitAt = 4096

    /// - Parameter seed: the key of the hash. The key must be random, so that a caller cannot choose openids whose
    ///   hashes are equal.
    init(seed: UInt64) {
        self.seed = seed
        segments = [DirectorySegment(capacity: 16)]
    }

    /// Builds the directory of all followers in `chunks`. Every chunk except the last must be full.
    ///
    /// Cost: linear in the number of followers. Each worker builds a part of the segments. The worker reads all
    /// followers, and keeps only the followers of its segments. It inserts these followers in groups by segment,
    /// because one segment fits into a processor's cache.
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
                        .followers[Int(ordinal) & (FollowerChunk.capacity - 1)].openID
                    segments[place].insert(ordinal, hash: hash(openID, seed))
                }
                old.deallocate()
            }
            for newcomer in newcomers { segments[place].insert(newcomer.ordinal, hash: newcomer.hash) }
            gathered[place].removeAll(keepingCapacity: true)
        }
        for (number, chunk) in chunks.enumerated() {
            let followers = chunk.memory.view.followers
            for index in 0..<chunk.count {
                let hash = hash(followers[index].openID, seed)
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
        var distance = 0
        while let candidate = segment.candidate(for: hash, from: distance) {
            if openIDAt(candidate.ordinal) == openID { return candidate.ordinal }
            distance = candidate.distance + 1
        }
        return nil
    }

    /// Returns the ordinals of `openIDs`, in the same order; nil if one of them is unknown.
    ///
    /// The search has three steps. It prefetches the entries of all openids, then prefetches the records of all
    /// candidates, and then compares the openids. It repeats the last two steps for the few openids whose candidate was
    /// wrong. The reads within one step are independent, so the processor fetches them in parallel.
    ///
    /// - Parameter willLookAt: prefetches the record of a candidate. The search calls this function for all candidates
    ///   before it compares any of them.
    func ordinals(
        of openIDs: [OpenID], willLookAt: (Ordinal) -> Void, openIDAt: (Ordinal) -> OpenID
    ) -> [Ordinal]? {
        let count = openIDs.count
        return withUnsafeTemporaryAllocation(of: Search.self, capacity: count) { searches in
            var ordinals = [Ordinal](repeating: 0, count: count)
            for index in 0..<count {
                let hash = hash(openIDs[index])
                searches[index] = Search(index: index, hash: hash)
                segments[segmentIndex(hash)].willLook(for: hash)
            }
            var left = count
            while left > 0 {
                for place in 0..<left {
                    let search = searches[place]
                    guard
                        let candidate = segments[segmentIndex(search.hash)]
                            .candidate(for: search.hash, from: search.distance)
                    else { return nil }
                    willLookAt(candidate.ordinal)
                    ordinals[search.index] = candidate.ordinal
                    searches[place].distance = candidate.distance + 1
                }
                var failed = 0
                for place in 0..<left {
                    let search = searches[place]
                    searches[failed] = search
                    if openIDAt(ordinals[search.index]) != openIDs[search.index] { failed += 1 }
                }
                left = failed
            }
            return ordinals
        }
    }

    /// The state of the search for one openid of a list: 16 bytes, so that a list's searches fit on the stack.
    private struct Search: BitwiseCopyable {
        let hash: UInt64
        private let place: UInt32
        private var next: UInt32 = 0

        init(index: Int, hash: UInt64) {
            self.hash = hash
            place = UInt32(index)
        }

        /// The index of the openid in the list.
        var index: Int { Int(place) }
        /// The search continues at this distance from the entry that `hash` selects.
        var distance: Int {
            get { Int(next) }
            set { next = UInt32(newValue) }
        }
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
