import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Handles the requests of one connection, and streams their bodies. The handler follows these rules:
///
/// - A request must arrive in time.
/// - If a client asks whether to send the body, the server tells the client to send it, unless the head alone decides
///   the answer.
/// - Each answer tells the client whether the connection stays open. The connection ends only after the whole answer.
/// - After an early answer, the server reads the rest of the request for a limited time only.
/// - The bytes that the connection holds count toward the limit for all connections together.
///
/// The handler sets a timer only for a request of which a part is still missing at the end of a read. So other requests
/// need no timer. ``StreamedState`` decides what to do after an event, and this handler does it.
final class StreamedRequests: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Answers two questions about each request of a listener.
    struct Rules: Sendable {
        /// Whether a request's body is a stream of lines. The time for such a body has no limit while the body makes
        /// progress.
        var takesLines: @Sendable (HTTPRequest) -> Bool
        /// Whether the ``ConnectionTable`` must keep the connection of a request open while the server answers the
        /// request.
        var isTrusted: @Sendable (HTTPRequest) -> Bool = { _ in true }
    }

    let bounds: Listener.Bounds
    let seat: ConnectionSeat
    private let rules: Rules
    let heldBytes: HeldBytes
    let outflow: Outflow
    private let turns: Turns

    var state = StreamedState()
    /// Whether the server waits for bytes that have not arrived.
    var isReading = false
    /// The number of requests that began in the last read.
    private var requestsInRead = 0
    /// Whether the connection waits for its turn to read.
    private var awaitsTurn = false
    /// Runs until the next deadline. While a request arrives, this is the time by which it must have made progress.
    /// After the last answer, this is the time at which the server closes the connection.
    var timer: Scheduled<Void>?
    /// Runs while the caller does not read what the server has written.
    var unsentTimer: Scheduled<Void>?
    /// Counts the bytes that this connection holds; nil if the connection has not held any bytes yet.
    var share: HeldBytes.Share?

    init(
        bounds: Listener.Bounds, seat: ConnectionSeat, rules: Rules, heldBytes: HeldBytes, turns: Turns,
        outflow: Outflow = .measured
    ) {
        self.bounds = bounds
        self.seat = seat
        self.rules = rules
        self.heldBytes = heldBytes
        self.turns = turns
        self.outflow = outflow
    }

    // MARK: Requests

    /// After the last request, reads only a limited number of times. So a client that keeps sending fills its own
    /// memory, not the server's.
    func read(context: ChannelHandlerContext) {
        guard !awaitsTurn, !state.isInputOver || state.takesLastRead() else { return }
        defer { requestsInRead = 0 }
        guard requestsInRead > 1 else { return readNow(context) }
        awaitsTurn = true
        let isRead = !outflow.isBlocked(context.channel)
        let turn = turns.begin(after: requestsInRead, isRead: isRead, at: context.eventLoop.now)
        context.eventLoop.assumeIsolated().scheduleTask(deadline: turn) {
            self.turns.end()
            self.awaitsTurn = false
            if context.channel.isActive { self.readNow(context) }
        }
    }

    private func readNow(_ context: ChannelHandlerContext) {
        isReading = true
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = false
        guard !state.isInputOver else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, context)
        case .body(let part): state.brings(part)
        case .end:
            if state.arriving?.takesLines == true { setLargestRead(bounds.largestRead, context) }
            state.arrives()
            stopTimer()
        }
        if !state.isInputOver { context.fireChannelRead(data) }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        requestsInRead += 1
        guard let request = try? HTTPRequest(head, secure: false, splitCookie: false) else {
            return refuse(.badRequest, context)
        }
        let isTrusted = rules.isTrusted(request)
        if isTrusted { seat.becomesBusy() }
        let exchange = StreamedExchange(head, takesLines: rules.takesLines(request), isTrusted: isTrusted)
        act(on: state.begins(exchange), context)
        if exchange.takesLines { setLargestRead(bounds.largestReadOfLines, context) }
    }

    private func setLargestRead(_ bytes: Int, _ context: ChannelHandlerContext) {
        try? context.channel.syncOptions?.setOption(.recvAllocator, value: bounds.readBuffer(upTo: bytes))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if state.isClosing {
            if state.takesLastRead() { context.read() }
        } else if !state.isIdle {
            if state.arriving != nil, timer == nil { setTimer(context) }
            // The bytes of a stream that makes progress count as newly held. Above the limit, the server prefers
            // to end a connection that has held its bytes for longer.
            if state.arriving?.takesLines == true { share?.release() }
            countHeld(context)
        }
        context.fireChannelReadComplete()
    }

    private func setTimer(_ context: ChannelHandlerContext) {
        state.beginsPeriod()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: bounds.arrival) {
            self.timer = nil
            guard self.state.arriving != nil else { return }
            if self.state.isGettingOn(isWaiting: self.isReading) {
                self.setTimer(context)
            } else {
                self.refuse(.requestTimeout, context)
            }
        }
    }

    func stopTimer() {
        timer?.cancel()
        timer = nil
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !state.isClosing else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            state.answerBegins(&head)
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            if state.sendsHeadOnly { promise?.succeed() } else { context.write(data, promise: promise) }
        case .end:
            // The encoder would write the last chunk of a body, but an answer to HEAD has no body.
            context.write(state.sendsHeadOnly ? nothing : data, promise: promise)
            act(on: state.answerEnds(), context)
            if state.isAnswered { seat.becomesIdle(at: .now()) }
            if share != nil { countHeld(context) }
        }
    }

    /// An empty write, which ends when the writes before it have ended.
    var nothing: NIOAny { wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))) }

    /// The mode `.output` means that the server has nothing more to write. In this mode, the connection ends as soon as
    /// the operating system has taken every answer.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .output:
            promise?.succeed()
            end(context)
        case .input, .all: context.close(mode: mode, promise: promise)
        }
    }

    // MARK: Going

    func channelInactive(context: ChannelHandlerContext) {
        forget()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        forget()
    }

    private func forget() {
        stopTimer()
        stopUnsentTimer()
        share?.release()
        // The share keeps this connection in memory, because the share must be able to end the connection.
        share = nil
    }
}
