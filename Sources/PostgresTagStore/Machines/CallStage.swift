/// The stage of a call that needs a machine. It decides whether the store may still give the call up.
///
/// The answer to a call that was given up is -1, which promises that the call changed nothing. So the store can give a
/// call up only before its COMMIT, and a call that was given up sends no COMMIT.
struct CallStage: Sendable {
    private enum Stage {
        case waiting, running, committing, over, givenUp
    }

    private var stage = Stage.waiting

    var isGivenUp: Bool { stage == .givenUp }

    /// Begins the work on a connection. Returns false if the call was given up, so that the work must not begin.
    mutating func begin() -> Bool { advance(to: .running) }

    /// Begins a commit. Returns false if the call was given up, so that the transaction must be rolled back.
    mutating func commit() -> Bool { advance(to: .committing) }

    /// Ends the work. Returns false if the call was given up, so that its caller has an answer already.
    mutating func end() -> Bool { advance(to: .over) }

    /// Gives the call up if that is still possible. Returns true if it was, so that the caller must be answered now.
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
