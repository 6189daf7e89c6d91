/// Decides when one connection pauses, so that the other connections of its event loop have their turn, and what the
/// connection's work has cost.
///
/// The unit of the cost is a small answer. A connection that sends one call at a time never pauses, whether or not its
/// answers wait for the disk.
struct TurnPace {
    /// The cost of the answers in a row after which the connection pauses.
    private static let mostInARow = 4
    /// The bytes of an answer that cost one more unit.
    private static let answerBytes = 2 * 1024
    /// The bytes of a body after which the connection pauses. The cost is one unit. A call with 50 openids has far
    /// fewer bytes.
    private static let bodyBytes = 16 * 1024
    /// The most pieces of a body in one read after which the connection need not pause. A read of 4 KiB can hold 682
    /// chunks of one byte.
    private static let mostPiecesInARead = 64
    /// The cost of a read of tiny pieces.
    static let costOfPieces = 2
    /// The highest cost of one answer.
    private static let highestAnswerCost = 64
    /// The highest cost of one turn. A read of 4 KiB can hold 157 requests, which are all answered in one turn.
    static let highestCost = 256

    /// The cost of the answers after the last turn of the other connections.
    private(set) var costOfRow = 0
    /// The number of requests that have begun in the current read.
    private var requestsInRead = 0
    /// The pieces of a body in the current read.
    private var piecesInRead = 0
    /// The bytes of the current body after the last turn of the other connections.
    private var bytesOfBody = 0

    /// Whether the connection has given as many answers in a row as it may.
    var isRowFull: Bool { costOfRow >= Self.mostInARow }

    /// Notes an answer of `bytes` bytes.
    mutating func givesAnswer(of bytes: Int) {
        costOfRow = min(Self.highestCost, costOfRow + min(Self.highestAnswerCost, 1 + bytes / Self.answerBytes))
        bytesOfBody = 0
    }

    /// Notes that a request begins, whether or not the connection can handle the request yet.
    mutating func takesHead() {
        requestsInRead += 1
    }

    /// Notes a piece of a body of `bytes` bytes.
    mutating func takesPiece(of bytes: Int) {
        piecesInRead += 1
        bytesOfBody += bytes
    }

    /// Notes that the other connections have had their turn.
    mutating func resumes() {
        costOfRow = 0
    }

    /// Returns the cost after which the connection pauses at the end of the current read; nil if the connection need
    /// not pause.
    ///
    /// - Parameter isDiscarding: whether the read ends within the rest of a request that already has its answer.
    mutating func costAfterRead(isDiscarding: Bool) -> Int? {
        if piecesInRead > Self.mostPiecesInARead { return Self.costOfPieces }
        if bytesOfBody >= Self.bodyBytes {
            bytesOfBody = 0
            return 1
        }
        return isRowFull && requestsInRead > 1 && !isDiscarding ? costOfRow : nil
    }

    /// Begins to count the next read. After a read with one request, the row begins again, because the caller probably
    /// waits for each answer.
    mutating func endRead() {
        if requestsInRead == 1 { costOfRow = 0 }
        (piecesInRead, requestsInRead) = (0, 0)
    }
}
