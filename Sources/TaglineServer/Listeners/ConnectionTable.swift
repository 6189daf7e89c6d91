import NIOCore
import Synchronization

/// Limits the number of open connections of one listener.
///
/// Above the limit, the table closes the connection that has been idle for the longest time.
public final class ConnectionTable: Sendable {
    /// The most connections that may be open.
    public struct Limits: Sendable {
        public var all: Int
        /// The most connections from one address; nil if only the limit for all connections applies.
        public var perAddress: Int?

        public init(all: Int, perAddress: Int? = nil) {
            self.all = all
            self.perAddress = perAddress
        }
    }

    /// How many connections are open, and how many the table has displaced or refused.
    struct Reading: Sendable {
        var open = 0
        /// The number of connections that the table has closed to make room for another.
        var displaced = 0
        /// The number of new connections that the table has closed at once, because no other connection was idle.
        var refused = 0
    }

    fileprivate struct State {
        var limits: Limits
        var seats: [ObjectIdentifier: ConnectionSeat] = [:]
        var perAddress: [String: Int] = [:]
        /// The connections that had been idle for the longest time at the last search. The one with the longest time
        /// comes first.
        var candidates: ArraySlice<(seat: ConnectionSeat, idleSince: UInt64)> = []
        var displaced = 0
        var refused = 0
    }

    /// The most idle connections that one search finds.
    private static let candidatesAtOnce = 64

    private let state: Mutex<State>

    public init(_ limits: Limits) {
        state = Mutex(State(limits: limits))
    }

    /// The limits that the table applies to new connections.
    ///
    /// If the limits change, open connections stay.
    public var limits: Limits {
        get { state.withLock { $0.limits } }
        set { state.withLock { $0.limits = newValue } }
    }

    var reading: Reading {
        state.withLock { Reading(open: $0.seats.count, displaced: $0.displaced, refused: $0.refused) }
    }

    /// Adds a connection. If there are too many connections now, closes an idle connection. If no other connection is
    /// idle, closes the new one.
    ///
    /// Cost: above the limit, one search through all connections for every 64 additions. Above the limit for one
    /// address, one search for each addition.
    func admit(_ seat: ConnectionSeat) {
        let closing: [ConnectionSeat] = state.withLock { state in
            state.seats[ObjectIdentifier(seat)] = seat
            if let address = seat.address { state.perAddress[address, default: 0] += 1 }
            var closing: [ConnectionSeat] = []
            if let closed = state.seatOverLimit(for: seat) { closing.append(closed) }
            if state.seats.count - closing.count > state.limits.all {
                closing.append(state.nextCandidate(besides: seat, Self.candidatesAtOnce) ?? seat)
            }
            for closed in closing {
                if closed === seat { state.refused += 1 } else { state.displaced += 1 }
                state.remove(closed)
            }
            return closing
        }
        for closed in closing { closed.close() }
    }

    /// Assigns the caller's address to the seat of a proxy's connection.
    ///
    /// Cost: the same as for ``admit(_:)``.
    func assign(_ address: String, to seat: ConnectionSeat) {
        let closing = state.withLock { state -> ConnectionSeat? in
            guard state.seats[ObjectIdentifier(seat)] != nil, seat.address == nil else { return nil }
            seat.address = address
            state.perAddress[address, default: 0] += 1
            guard let closed = state.seatOverLimit(for: seat) else { return nil }
            if closed === seat { state.refused += 1 } else { state.displaced += 1 }
            state.remove(closed)
            return closed
        }
        closing?.close()
    }

    /// Removes a closed connection.
    func release(_ seat: ConnectionSeat) {
        state.withLock { $0.remove(seat) }
    }

    fileprivate static func longestIdle(
        of seats: some Collection<ConnectionSeat>, at most: Int
    ) -> [(seat: ConnectionSeat, idleSince: UInt64)] {
        let idle = seats.compactMap { seat in seat.idleSince.map { (seat: seat, idleSince: $0) } }
        guard most > 1 else { return idle.min { $0.idleSince < $1.idleSince }.map { [$0] } ?? [] }
        return Array(idle.sorted { $0.idleSince < $1.idleSince }.prefix(most))
    }
}

extension ConnectionTable.State {
    /// Returns the connection to close if the address of `seat` has one connection too many; nil otherwise.
    fileprivate func seatOverLimit(for seat: ConnectionSeat) -> ConnectionSeat? {
        guard
            let address = seat.address, let limit = limits.perAddress, perAddress[address, default: 0] > limit
        else { return nil }
        let sameAddress = seats.values.filter { $0.address == address && $0 !== seat }
        return ConnectionTable.longestIdle(of: sameAddress, at: 1).first?.seat ?? seat
    }

    fileprivate mutating func remove(_ seat: ConnectionSeat) {
        guard seats.removeValue(forKey: ObjectIdentifier(seat)) != nil, let address = seat.address else { return }
        let left = perAddress[address, default: 1] - 1
        perAddress[address] = left == 0 ? nil : left
    }

    /// Returns the connection, other than `newcomer`, that has been idle for the longest time; nil if there is none.
    /// Uses the results of an earlier search, except for connections that have been active after that search.
    fileprivate mutating func nextCandidate(besides newcomer: ConnectionSeat, _ most: Int) -> ConnectionSeat? {
        for _ in 0..<2 {
            while let (seat, idleSince) = candidates.popFirst() {
                let isOpen = seats[ObjectIdentifier(seat)] != nil
                if isOpen, seat.idleSince == idleSince { return seat }
            }
            candidates = ConnectionTable.longestIdle(of: seats.values.filter { $0 !== newcomer }, at: most)[...]
        }
        return nil
    }
}

/// One connection's place in a ``ConnectionTable``.
final class ConnectionSeat: Sendable {
    /// The caller's address. Nil over a Unix socket, and for a proxy's connection until the proxy names the caller.
    var address: String? {
        get { caller.withLock { $0 } }
        set { caller.withLock { $0 = newValue } }
    }

    private let caller: Mutex<String?>
    private let channel: any Channel
    /// When the connection was last active, in nanoseconds of the system's uptime; 0 while the server is answering a
    /// request.
    private let lastActive: Atomic<UInt64>

    init(_ channel: any Channel, address: String?, now: NIODeadline) {
        self.channel = channel
        caller = Mutex(address)
        lastActive = Atomic(now.uptimeNanoseconds)
    }

    /// The time since which the connection has been idle, in nanoseconds of uptime; nil while the server is answering a
    /// request.
    var idleSince: UInt64? {
        let since = lastActive.load(ordering: .relaxed)
        return since == 0 ? nil : since
    }

    func becomesBusy() {
        lastActive.store(0, ordering: .relaxed)
    }

    func becomesIdle(at now: NIODeadline) {
        lastActive.store(now.uptimeNanoseconds, ordering: .relaxed)
    }

    func close() {
        channel.close(promise: nil)
    }
}
