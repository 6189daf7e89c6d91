import NIOCore
import NIOHTTP1

/// Knows what a connection with streamed requests and answers does at the moment, and decides what to do after an
/// event. ``StreamedRequests`` carries out these decisions.
struct StreamedState {
    /// What the connection does after an event.
    enum Step: Hashable {
        /// It continues as before.
        case carryOn
        /// It tells the client to send the body.
        case sendContinue
        /// It answers with this status, and then ends.
        case refuse(HTTPResponseStatus)
        /// It ends when the system has taken every answer.
        case end
        /// It closes at once.
        case close
    }

    /// The fewest bytes of a stream of lines that must arrive in each period in which the server waits for bytes. One
    /// whole line is also enough.
    static let progress = 1024
    /// The most bytes of a stream of lines that the server holds: the bytes in its buffers, and the lines that it has
    /// not applied yet.
    static let mostOfLines = 512 * 1024
    /// The memory, in bytes, of a request that waits for its turn.
    static let waitingRequest = 1024

    /// The request whose body is arriving, or whose body the server discards because the request already has an answer.
    private(set) var arriving: StreamedExchange?
    /// The number of bytes of the body that have arrived.
    private var arrived = 0
    /// Whether the arriving request has an answer.
    private var isAnsweredEarly = false
    /// The requests whose answers have not ended, in order.
    private var exchanges = CircularBuffer<StreamedExchange>()
    /// The status with which the server refuses further input, after the present requests have their answers.
    private var refusal: HTTPResponseStatus?
    /// Whether the server ignores all further input.
    private(set) var isInputOver = false
    /// Whether the server has written the last answer, and writes nothing more.
    private(set) var isClosing = false
    /// Whether the system has taken the last answer.
    private(set) var isSent = false
    /// Whether the peer has closed its sending side. The peer may still wait for answers.
    private(set) var isInputClosed = false
    /// The number of reads whose data the server still discards after the last answer.
    private var readsLeft = 64

    /// The number of bytes of the body that have arrived in the current period.
    private var newBytes = 0
    /// Whether a line of the body has ended in the current period.
    private var hasNewLine = false

    /// Whether no request is arriving, and no answer is missing.
    var isIdle: Bool { arriving == nil && exchanges.isEmpty }

    /// Whether a handler waits for the rest of the arriving body.
    var isAwaited: Bool { arriving != nil && !isAnsweredEarly }

    /// Whether every request has its whole answer.
    var isAnswered: Bool { exchanges.isEmpty }

    /// Whether the current answer has no body.
    var sendsHeadOnly: Bool { exchanges.first?.hasHeadOnly ?? false }

    /// The memory, in bytes, of the requests that have not arrived whole or that wait for their turn.
    var heldBytes: Int {
        var bytes = max(0, exchanges.count - 1) * Self.waitingRequest
        if let arriving, isAwaited { bytes += arriving.takesLines ? min(arrived, Self.mostOfLines) : arrived }
        return bytes
    }

    // MARK: Requests

    /// Notes that a request has begun.
    mutating func begins(_ exchange: StreamedExchange) -> Step {
        guard exchanges.last?.isLast != true else {
            isInputOver = true
            return .carryOn
        }
        arriving = exchange
        (arrived, isAnsweredEarly) = (0, false)
        exchanges.append(exchange)
        return continues()
    }

    /// Decides whether to tell the client to send its body. The server must not do that before it has sent the earlier
    /// answers.
    private mutating func continues() -> Step {
        guard let asking = arriving, asking.awaitsContinue, asking.mayContinue, exchanges.count == 1 else {
            return .carryOn
        }
        arriving?.continues()
        exchanges[exchanges.startIndex].continues()
        return .sendContinue
    }

    /// Notes that a part of the body has arrived.
    mutating func brings(_ part: ByteBuffer) {
        arrived += part.readableBytes
        newBytes += part.readableBytes
        if !hasNewLine { hasNewLine = part.readableBytesView.contains(UInt8(ascii: "\n")) }
    }

    /// Notes that the request has arrived whole.
    mutating func arrives() {
        arriving = nil
    }

    /// Begins a period in which the body must make progress.
    mutating func beginsPeriod() {
        (newBytes, hasNewLine) = (0, false)
    }

    /// Returns whether the server waits for the rest of the body for another period.
    ///
    /// - Parameter isWaiting: whether the server waits for bytes that have not arrived.
    func isGettingOn(isWaiting: Bool) -> Bool {
        guard let arriving, arriving.takesLines, !isAnsweredEarly else { return false }
        return newBytes >= Self.progress || hasNewLine || !isWaiting
    }

    // MARK: Answers

    /// Completes the head of an answer.
    mutating func answerBegins(_ head: inout HTTPResponseHead) {
        guard !exchanges.isEmpty else { return head.headers.replaceOrAdd(name: "connection", value: "close") }
        let isEarly = arriving != nil && exchanges.count == 1
        exchanges[exchanges.startIndex].answerBegins(&head, isEarly: isEarly)
    }

    /// Notes that the server has written a whole answer.
    mutating func answerEnds() -> Step {
        guard let answered = exchanges.popFirst(), !answered.isLast else { return .end }
        if exchanges.isEmpty, let refusal { return .refuse(refusal) }
        isAnsweredEarly = exchanges.isEmpty && arriving != nil
        return continues()
    }

    // MARK: Refusals

    /// Ignores all further input. Refuses the arriving request with `status`, or ends the connection if an answer to
    /// this request has begun. If no request is arriving, refuses the next request. The answers to earlier requests
    /// come first.
    mutating func refuses(_ status: HTTPResponseStatus) -> Step {
        guard !isClosing, refusal == nil else { return .carryOn }
        isInputOver = true
        defer { arriving = nil }
        if arriving != nil {
            if isAnsweredEarly { return .end }
            guard exchanges.count > 1 || exchanges.last?.hasAnswerBegun != true else { return .close }
            exchanges.removeLast()
        }
        guard !exchanges.isEmpty else { return .refuse(status) }
        refusal = status
        return .carryOn
    }

    /// Decides what to do when all connections together hold too many bytes and this connection must give up its bytes.
    ///
    /// - Parameter hasUnread: whether the caller does not read what the server has written.
    mutating func givesUp(hasUnread: Bool) -> Step {
        if isAwaited { return refuses(.serviceUnavailable) }
        // A connection that fulfils neither condition has already given up its bytes.
        return hasUnread || exchanges.count > 1 ? .close : .carryOn
    }

    // MARK: The end

    /// Notes that the server shuts down. Returns whether the connection is idle and can close at once.
    mutating func quiesces() -> Bool {
        guard !exchanges.isEmpty else { return true }
        exchanges[exchanges.index(before: exchanges.endIndex)].becomesLast()
        return false
    }

    /// Notes that the peer has closed its sending side.
    mutating func closesInput() -> Step {
        isInputClosed = true
        return isSent ? .close : .carryOn
    }

    /// Begins to close the connection.
    mutating func closes() {
        (isInputOver, isClosing) = (true, true)
        arriving = nil
        exchanges.removeAll()
    }

    /// Notes that the system has taken the last answer.
    mutating func hasSentAnswer() {
        isSent = true
    }

    /// Returns whether a closing connection may read once more, and counts the read. After the last read, a caller that
    /// keeps sending only fills its own memory.
    mutating func takesLastRead() -> Bool {
        guard isClosing, readsLeft > 0 else { return false }
        readsLeft -= 1
        return true
    }
}
