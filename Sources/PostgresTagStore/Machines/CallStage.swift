/// The stage of a call that needs a machine. The stage decides whether the store may still give the call up.
///
/// The server answers -1 to a call that the store gives up. This answer promises that the call changed nothing. So the
/// store can give a call up only before it sends the call's COMMIT. After the store has given the call up, it never
/// sends this COMMIT.
struct CallStage: Sendable {
    private enum Stage {
        case waiting, running, committing, over, givenUp
    }

    private var stage = Stage.waiting

    var isGivenUp: Bool { stage == .givenUp }

    /// Begins the work on a connection.
    ///
    /// Returns false if the store has given the call up. In that case the work must not begin.
    mutating func begin() -> Bool { advance(to: .running) }

    /// Begins a commit.
    ///
    /// Returns false if the store has given the call up. In that case the store must roll the transaction back.
    mutating func commit() -> Bool { advance(to: .committing) }

    /// Returns from a commit to the work, after the database has answered that it rolled the transaction back.
    mutating func withdrawCommit() {
        if stage == .committing { stage = .running }
    }

    /// Ends the work.
    ///
    /// Returns false if the store has given the call up. In that case the caller already has an answer.
    mutating func end() -> Bool { advance(to: .over) }

    /// Gives the call up, if the commit has not begun and the work has not ended.
    ///
    /// Returns true if this function has given the call up. In that case the store must answer the caller now.
    mutating func giveUp() -> Bool {
        switch stage {
        case .waiting, .running:
            stage = .givenUp
            return true
        case .committing, .over, .givenUp: return false
        }
    }

    private mutating func advance(to next: Stage) -> Bool {
        guard stage != .givenUp else { return false }
        stage = next
        return true
    }
}
