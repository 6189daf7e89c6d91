import AdminAPI
import OfficialAccount

/// The last calls, bounded in number and in bytes. The ring decides which calls stay in memory. ``CallJournal`` uses
/// the ring under a lock.
///
/// If the ring spills, a worker moves the content of the oldest calls into a file, in the order of the calls. The
/// content of the calls before ``nextToSpill`` is in the file, or the worker is writing it. The content of all later
/// calls is in memory.
struct CallRing {
    /// The next step of the worker that writes the file.
    enum SpillStep: Sendable {
        /// Forget the content of the file.
        case startOver
        /// Write the content of these calls.
        case write([(number: Int, entry: CallEntry)])
        /// Wait until a call wakes the worker.
        case rest
    }

    /// The number of the oldest call in the ring.
    private(set) var first = 1
    /// The number that the next call gets.
    private(set) var next = 1
    /// The number of the last call that ``removeAll()`` has removed; 0 if it has removed no call.
    private(set) var removed = 0
    private(set) var bytes = 0
    private var entries: [CallEntry?]
    private let largest: Int
    private(set) var marks: [CallMark] = []

    private let canSpill: Bool
    /// Whether content moves to the file. False for a ring without a file, and after a failure.
    private var spills: Bool
    /// Whether the worker is awake.
    private(set) var isSpilling = false
    private var startsOver = false
    private var nextToSpill = 1

    private static let mostMarks = 1000
    /// The most calls that the worker writes before it looks at the ring again.
    private static let mostAtOnce = 32

    /// - Parameters:
    ///   - capacity: the most calls to keep, 1 or more.
    ///   - largest: the most bytes of the calls in memory.
    ///   - canSpill: whether there is a file for the content of the oldest calls. If true, calls may take a quarter
    ///     more than `largest` until the worker has written the oldest calls.
    init(capacity: Int, largest: Int, canSpill: Bool = false) {
        entries = Array(repeating: nil, count: max(1, capacity))
        self.largest = largest
        self.canSpill = canSpill
        spills = canSpill
    }

    /// Adds a call. Returns the old call that the new call displaces, or nil if the ring had room. Also returns whether
    /// to wake the worker.
    mutating func append(_ entry: CallEntry) -> (displaced: CallEntry?, wakes: Bool) {
        let displaced = next - first == entries.count ? removeFirst() : nil
        entries[next % entries.count] = entry
        bytes += entry.bytes
        next += 1
        keepWithinBound()
        guard spills, !isSpilling, bytes > largest else { return (displaced, false) }
        isSpilling = true
        return (displaced, true)
    }

    /// Returns the calls after `number` and before `end`, oldest first, and the number of the last call before `end`.
    ///
    /// Cost: proportional to the number of returned calls.
    func entries(after number: Int, before end: Int = .max) -> (last: Int, entries: [(number: Int, entry: CallEntry)]) {
        let start = min(max(first, number == .max ? number : number + 1), next)
        let stop = max(start, min(end, next))
        let found = (start..<stop).compactMap { number in
            entries[number % entries.count].map { (number: number, entry: $0) }
        }
        return (stop - 1, found)
    }

    /// Forgets every call. The next call gets the next number. Returns whether to wake the worker.
    @discardableResult
    mutating func removeAll() -> Bool {
        entries = Array(repeating: nil, count: entries.count)
        first = next
        removed = next - 1
        nextToSpill = next
        bytes = 0
        guard canSpill else { return false }
        startsOver = true
        defer { isSpilling = true }
        return !isSpilling
    }

    // MARK: Making room

    private mutating func keepWithinBound() {
        let waiting = spills ? largest / 4 : 0
        while bytes - waiting > largest, next - first > 1 { forgetOldestInMemory() }
    }

    /// Forgets the oldest call that the worker has not taken yet, but never the newest call of the ring. If the worker
    /// has taken all but the newest call, forgets the oldest call of the ring.
    private mutating func forgetOldestInMemory() {
        while nextToSpill < next - 1 {
            let entry = remove(nextToSpill)
            nextToSpill += 1
            guard entry == nil else { return passGaps() }
        }
        removeFirst()
    }

    @discardableResult
    private mutating func removeFirst() -> CallEntry? {
        let entry = remove(first)
        passGaps()
        return entry
    }

    private mutating func remove(_ number: Int) -> CallEntry? {
        let place = number % entries.count
        guard let entry = entries[place] else { return nil }
        entries[place] = nil
        bytes -= entry.bytes
        return entry
    }

    /// Moves ``first`` to the oldest call that the ring still has.
    private mutating func passGaps() {
        while first < next, entries[first % entries.count] == nil { first += 1 }
        nextToSpill = max(nextToSpill, first)
    }

    // MARK: Spilling

    /// Returns the next step of the worker. Until the worker has written a call, the call stays readable and counts as
    /// a call in memory.
    ///
    /// The worker continues until the calls take an eighth less memory than they may, so that calls seldom wake the
    /// worker.
    mutating func takeSpillStep() -> SpillStep {
        guard !startsOver else {
            startsOver = false
            spills = true
            return .startOver
        }
        let goal = largest - largest / 8
        var calls: [(number: Int, entry: CallEntry)] = []
        var leaving = 0
        while spills, calls.count < Self.mostAtOnce, bytes - leaving > goal, nextToSpill < next - 1 {
            if let entry = entries[nextToSpill % entries.count] {
                calls.append((nextToSpill, entry))
                leaving += entry.bytes
            }
            nextToSpill += 1
        }
        guard calls.isEmpty else { return .write(calls) }
        // A spilled call keeps its outline in memory. If the outlines alone take too much memory, the ring forgets the
        // oldest calls.
        if bytes > largest { while bytes > goal, next - first > 1 { removeFirst() } }
        isSpilling = false
        return .rest
    }

    /// Replaces a call by `spilled`, whose content is in the file. Forgets the call if `spilled` is nil. Does nothing
    /// if the ring has forgotten the call meanwhile.
    mutating func settle(_ number: Int, _ spilled: CallEntry?) {
        guard number >= first, number < next, remove(number) != nil else { return }
        guard let spilled else { return passGaps() }
        entries[number % entries.count] = spilled
        bytes += spilled.bytes
    }

    /// Forgets the calls whose content in the file begins before `place`. Newer content may have overwritten this
    /// content.
    mutating func forgetOverwritten(before place: Int) {
        while first < next, let start = entries[first % entries.count]?.place?.start, start < place { removeFirst() }
    }

    /// Stops spilling until ``removeAll()``, and forgets the calls before `number`, whose content is in the file. After
    /// this, the worker can empty the file, and no call is missing between the remaining calls. The remaining calls
    /// stay in memory if there is room.
    mutating func stopSpilling(at number: Int) {
        spills = false
        while first < min(number, next) { removeFirst() }
        nextToSpill = max(first, min(nextToSpill, number))
        keepWithinBound()
    }

    // MARK: Marks

    /// Returns whether there is a mark with this name.
    func has(_ name: String) -> Bool { marks.contains { $0.name.hasSameBytes(as: name) } }

    /// Sets a mark after the last call, and removes an older mark with the same name.
    mutating func mark(_ name: String) -> CallMark {
        let mark = CallMark(name: name, after: next - 1)
        marks.removeAll { $0.name.hasSameBytes(as: name) }
        marks.append(mark)
        if marks.count > Self.mostMarks { marks.removeFirst() }
        return mark
    }
}
