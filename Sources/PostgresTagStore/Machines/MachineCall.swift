import Synchronization

/// A call that needs a machine of the database. The store can give it up until it commits.
final class MachineCall: Sendable {
    private struct State {
        var stage = CallStage()
        /// Whether the connection of the call is of no use any more.
        var leavesConnection = false
    }

    /// The machine that the call needs; nil if it needs all of them.
    let machine: String?
    private let state = Mutex(State())
    private let whenGivenUp: @Sendable (DatabaseError) -> Void

    /// - Parameter whenGivenUp: answers the caller, at most once.
    init(_ machine: String?, whenGivenUp: @escaping @Sendable (DatabaseError) -> Void) {
        self.machine = machine
        self.whenGivenUp = whenGivenUp
    }

    func begin() -> Bool { state.withLock { $0.stage.begin() } }

    func commit() -> Bool { state.withLock { $0.stage.commit() } }

    func end() -> Bool { state.withLock { $0.stage.end() } }

    /// Whether the thread that works on the call must leave its connection at once.
    var leavesConnection: Bool { state.withLock(\.leavesConnection) }

    /// Answers the caller with `error`, unless the call commits or is over.
    ///
    /// - Parameter leavesConnection: whether the connection would wait for a machine that does not answer.
    func giveUp(_ error: DatabaseError, leavesConnection: Bool) {
        let isNow = state.withLock { state in
            let isNow = state.stage.giveUp()
            if leavesConnection, state.stage.isGivenUp { state.leavesConnection = true }
            return isNow
        }
        if isNow { whenGivenUp(error) }
    }
}
