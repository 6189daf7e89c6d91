import NIOCore
import NIOHTTP1

/// Knows what a connection to the API does at the moment, and decides what to do after an event. ``APIConnection``
/// carries out these decisions.
struct ConnectionState {
    enum Phase: Hashable, CaseIterable {
        /// The connection waits for the next request.
        case waiting
        /// The head has arrived, and the body has not arrived whole.
        case gathering
        /// The responder is judging the head alone.
        case judging
        /// The server has already sent the answer, and discards the rest of the request.
        case discarding
        case answering
        /// The server is sending the answer piece by piece, because a fault rule asks for this.
        case delivering
        /// The caller has not read the last answers. The server answers nothing more until the caller has read them.
        case unsent
        /// The server has sent the last answer. It discards further input until the caller closes the connection.
        case closing
    }

    /// What the connection does with a part of a request that arrives.
    enum Intake {
        /// It handles the part at once.
        case take
        /// It keeps the part, to handle it later.
        case keep
        /// It discards the part.
        case drop
    }

    /// What the connection does after an event.
    enum Step: Hashable {
        /// It continues as before.
        case carryOn
        /// It answers with this status, and then ends.
        case refuse(HTTPResponseStatus)
        /// It ends when the operating system has taken every answer.
        case end
        /// It closes at once.
        case close
    }

    var phase = Phase.waiting
    /// Whether the connection waits so that the event loop can handle its other connections. A waiting connection reads
    /// nothing, and keeps the parts that arrive.
    var isPaused = false
    /// Whether the connection ends after the current answer.
    var isLast = false
    var pace = TurnPace()
    /// Whether the peer has closed its sending side. The peer may still wait for answers.
    private(set) var isInputClosed = false
    /// Whether the input is not HTTP.
    private var isBroken = false
    /// Whether the head after the present requests has not arrived in time.
    private var isHeadLate = false
    /// How long the connection has waited for its turns since the present request began to arrive.
    private var waited = TimeAmount.zero
    /// Whether the operating system has taken every answer. This property has a meaning only while the connection is
    /// closing.
    private(set) var isAnswerSent = true
    /// The number of reads whose data the server still discards after the last answer.
    private var readsLeft = 64
    private var lastActive: NIODeadline

    init(at now: NIODeadline) {
        lastActive = now
    }

    var intake: Intake {
        if isPaused { return .keep }
        return switch phase {
        case .waiting, .gathering, .discarding: .take
        case .judging, .answering, .delivering, .unsent: .keep
        case .closing: .drop
        }
    }

    // MARK: Idleness

    /// Notes that the connection waits for the next request again.
    mutating func becomesIdle(at now: NIODeadline) {
        phase = .waiting
        lastActive = now
    }

    /// Returns the time after which to call this function again; nil if the connection has been silent for `longest`.
    func silenceLeft(of longest: TimeAmount, at now: NIODeadline) -> TimeAmount? {
        let left = longest - (now - lastActive)
        if left > .zero { return left }
        // During a call, the connection is not silent.
        return phase == .waiting || phase == .unsent ? nil : longest
    }

    // MARK: Reading

    /// Ends a read. Returns the cost after which the connection must wait for its next turn; nil if it need not wait.
    mutating func endRead() -> Int? {
        defer { pace.endRead() }
        return intake == .take ? pace.costAfterRead(isDiscarding: phase == .discarding) : nil
    }

    /// Returns whether a closing connection may read once more, and counts the read. If the caller keeps sending after
    /// the last read, the data fills only the caller's own memory.
    mutating func takesLastRead() -> Bool {
        guard readsLeft > 0 else { return false }
        readsLeft -= 1
        return true
    }

    // MARK: Events

    /// What to do when the connection has handled all input that has arrived.
    var stepAfterInput: Step {
        if isBroken { return phase == .discarding ? .end : .refuse(.badRequest) }
        if isHeadLate, phase == .waiting { return .refuse(.requestTimeout) }
        return isInputClosed || (isLast && phase == .waiting) ? .end : .carryOn
    }

    /// Notes that the input is not HTTP.
    mutating func breaks() -> Step {
        isBroken = true
        return intake == .take ? stepAfterInput : .carryOn
    }

    /// Notes that the peer has closed its sending side.
    mutating func closesInput() -> Step {
        isInputClosed = true
        return switch intake {
        case .take: .end
        case .keep: .carryOn
        case .drop: isAnswerSent ? .close : .carryOn
        }
    }

    /// Notes that the server shuts down.
    mutating func quiesces() -> Step {
        if phase == .waiting, !isPaused { return .close }
        isLast = true
        return .carryOn
    }

    /// Notes that the next head has not arrived in time. Earlier requests still get their answers.
    mutating func losesHead() -> Step {
        isHeadLate = true
        return intake == .take ? stepAfterInput : .carryOn
    }

    /// Notes that a request begins to arrive.
    mutating func awaitsRest() {
        waited = .zero
    }

    /// Notes that the connection has waited for its turn.
    mutating func resumes(after time: TimeAmount) {
        isPaused = false
        pace.resumes()
        waited += time
    }

    /// Returns how much longer a request may take to arrive, because the connection has waited for its turns; nil if
    /// the request has taken too long.
    mutating func takesExtension() -> TimeAmount? {
        defer { waited = .zero }
        if isPaused { return max(waited, .seconds(1)) }
        return waited > .zero ? waited : nil
    }

    /// What to do if the request takes too long, or if the connection must give up its held bytes.
    var stepToGiveUp: Step {
        switch phase {
        case .gathering, .judging: .refuse(.requestTimeout)
        case .discarding, .delivering, .unsent: .close
        case .closing: isAnswerSent ? .carryOn : .close
        case .waiting, .answering: .carryOn
        }
    }

    // MARK: The last answer

    /// Begins to close the connection, and to drop its input.
    mutating func closes() {
        phase = .closing
        isPaused = false
    }

    /// Notes that the server has written the last answer. The operating system may not have taken this answer yet.
    mutating func awaitsSending() {
        isAnswerSent = false
    }

    /// Notes that the operating system has taken every answer.
    mutating func hasSentAnswer() {
        isAnswerSent = true
    }
}
