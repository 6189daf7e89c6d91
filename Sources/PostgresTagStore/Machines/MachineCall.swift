import Synchronization

/// A call that needs a machine of the database, and that the store can give up until the call commits.
final class MachineCall: Sendable {
    private struct State {
        var stage = CallStage()
        /// Whether the call must leave its connection, because a machine does not answer.
        var leavesConnection = false
        /// Why the store wanted to give the call up during its commit; nil if it did not want to.
        var missedReason: DatabaseError?
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

    /// Returns from a commit to the work, after the database has answered that it rolled the transaction back.
    ///
    /// If the machine went away during the commit, gives the call up now, because a next statement would only wait.
    func withdrawCommit() {
        let reason = state.withLock { state in
            state.stage.withdrawCommit()
            defer { state.missedReason = nil }
            return state.missedReason
        }
        if let reason { giveUp(reason, leavesConnection: true) }
    }

    func end() -> Bool { state.withLock { $0.stage.end() } }

    /// Whether the thread that works on the call must stop using its connection immediately.
    var leavesConnection: Bool { state.withLock(\.leavesConnection) }

    /// Gives the call up and answers its caller with `error`, if the commit has not begun and the call has not ended.
    ///
    /// - Parameter leavesConnection: whether the call must leave its connection, because a machine does not answer.
    func giveUp(_ error: DatabaseError, leavesConnection: Bool) {
        let isNow = state.withLock { state in
            let isNow = state.stage.giveUp()
            if leavesConnection {
                if state.stage.isGivenUp { state.leavesConnection = true } else { state.missedReason = error }
            }
            return isNow
        }
        if isNow { whenGivenUp(error) }
    }
}
