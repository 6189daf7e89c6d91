import AdminAPI
import OfficialAccount

/// The last calls, within a bound on their number and one on their bytes: the decisions, without a lock.
struct CallRing {
    /// The number of the oldest call that is kept.
    private(set) var first = 1
    /// The number that the next call gets.
    private(set) var next = 1
    private(set) var bytes = 0
    private var entries: [CallEntry?]
    private let largest: Int
    private(set) var marks: [CallMark] = []

    private static let mostMarks = 1000

    /// - Parameters:
    ///   - capacity: calls that are kept, 1 or more.
    ///   - largest: bytes that they may take together.
    init(capacity: Int, largest: Int) {
        entries = Array(repeating: nil, count: max(1, capacity))
        self.largest = largest
    }

    /// Puts a call in, and returns the one whose place it takes.
    mutating func append(_ entry: CallEntry) -> CallEntry? {
        if next - first == entries.count { dropFirst() }
        let place = next % entries.count
        let displaced = entries[place]
        entries[place] = entry
        bytes += entry.bytes
        next += 1
        while bytes > largest, next - first > 1 {
            let dropped = first % entries.count
            dropFirst()
            entries[dropped] = nil
        }
        return displaced
    }

    /// The first no longer counts. It keeps its place until another takes it.
    private mutating func dropFirst() {
        bytes -= entries[first % entries.count]?.bytes ?? 0
        first += 1
    }

    /// Returns the calls after `number` and before `end`, oldest first, and the number of the first of them.
    ///
    /// Cost: proportional to the calls returned.
    func entries(after number: Int, before end: Int = .max) -> (first: Int, entries: [CallEntry]) {
        let start = min(max(first, number == .max ? number : number + 1), next)
        let stop = max(start, min(end, next))
        return (start, (start..<stop).compactMap { entries[$0 % entries.count] })
    }

    /// Forgets every call; numbers go on.
    mutating func removeAll() {
        entries = Array(repeating: nil, count: entries.count)
        first = next
        bytes = 0
    }

    /// Returns whether there is a mark of this name.
    func has(_ name: String) -> Bool { marks.contains { $0.name.hasSameBytes(as: name) } }

    /// Marks this place. A mark of the same name moves here.
    mutating func mark(_ name: String) -> CallMark {
        let mark = CallMark(name: name, after: next - 1)
        marks.removeAll { $0.name.hasSameBytes(as: name) }
        marks.append(mark)
        if marks.count > Self.mostMarks { marks.removeFirst() }
        return mark
    }
}
