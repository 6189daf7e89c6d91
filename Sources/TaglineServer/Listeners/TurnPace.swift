import NIOCore

/// Decides when one connection pauses, so that the other connections of its event loop have their turn.
///
/// A connection that sends one call at a time never pauses.
struct TurnPace {
    /// The number of answers in a row after which the connection pauses.
    private static let mostAnswersInARow = 16
    /// The most pieces of a body in one read after which the connection need not pause. A read of 4 KiB can hold 682
    /// chunks of one byte.
    private static let mostPiecesInARead = 64
    /// The pause after a row of answers.
    static let afterAnswers = TimeAmount.milliseconds(16)
    /// The pause after a read of tiny pieces.
    static let afterPieces = TimeAmount.milliseconds(4)

    /// The number of answers after the last turn of the other connections.
    private var answersInARow = 0
    /// The number of answers after the end of the last read.
    private var answersInRead = 0
    /// The pieces of a body in the current read.
    private var piecesInRead = 0

    /// Whether the connection has given as many answers in a row as it may.
    var isRowFull: Bool { answersInARow >= Self.mostAnswersInARow }

    mutating func givesAnswer() {
        answersInARow += 1
        answersInRead += 1
    }

    mutating func takesPiece() {
        piecesInRead += 1
    }

    /// Notes that the other connections have had their turn.
    mutating func resumes() {
        answersInARow = 0
    }

    /// Returns the pause at the end of the current read; nil if the connection need not pause.
    ///
    /// - Parameter isDiscarding: whether the read ends within the rest of a request that already has its answer.
    mutating func pauseAfterRead(isDiscarding: Bool) -> TimeAmount? {
        if piecesInRead > Self.mostPiecesInARead { return Self.afterPieces }
        if isDiscarding { return nil }
        if answersInRead <= 1 { answersInARow = 0 }
        return isRowFull ? Self.afterAnswers : nil
    }

    /// Begins to count the next read.
    mutating func endRead() {
        (piecesInRead, answersInRead) = (0, 0)
    }
}
