import Synchronization

/// A call that needs a machine of the database, and that the store can give up until the call commits.
final class MachineCall: Sendable {
    private struct State {
        var stage = CallStage()
        /// Whether the call must leave its connection, because a machine does not answer.
        var leavesConnection = false
    }

    /// The machine that the call needs; nil if the call needs all machines.
    let machine: String?
    private let state = Mutex(State())
    private let whenGivenUp: @Sendable (DatabaseError) -> Void

    /// - Parameter whenGivenUp: answers the caller when the store gives the call up, which happens at most once.
    init(_ machine: String?, whenGivenUp: @escaping @Sendable (DatabaseError) -> Void) {
        self.machine = machine
        self.whenGivenUp = whenGivenUp
    }

    func begin() -> Bool { state.withLock { $0.stage.begin() } }

    func commit() -> Bool { state.withLock { $0.stage.commit() } }

    func end() -> Bool { state.withLock { $0.stage.end() } }

    /// Whether the thread that works on the call must stop using its connection immediately.
    var leavesConnection: Bool { state.withLock(\.leavesConnection) }

    /// Gives the call up and answers its caller with `error`, if the commit has not begun and the call has not ended.
    ///
    /// - Parameter leavesConnection: whether the call must leave its connection, because a machine does not answer.
    func giveUp(_ error: DatabaseError, leavesConnection: Bool) {
        let isNow = state.withLock { state in
            let isNow = state.stage.giveUp()
            if leavesConnection, state.stage.isGivenUp { state.leavesConnection = true }
            return isNow
        }
        if isNow { whenGivenUp(error) }
    }
}
