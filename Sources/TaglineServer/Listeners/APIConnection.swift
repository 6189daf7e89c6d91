import NIOCore
import NIOHTTP1

/// Handles one connection to the API: gathers a whole request, passes the request to the responder, writes the answer,
/// and goes on with the next request.
///
/// The connection keeps each call and each answer as one piece in memory, and streams nothing. Only the store's work
/// runs outside the connection's event loop. `docs/decisions/a-call-is-one-piece.md` says what a general HTTP server
/// would cost.
///
/// ``ConnectionState`` decides what to do after an event, and this handler does it.
final class APIConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    let responder: any APIResponder
    let origin: ConnectionOrigin
    let bounds: Listener.Bounds
    let executor: EventLoopExecutor
    let responses: ResponseWriter
    private let seat: ConnectionSeat
    private let heldBytes: HeldBytes
    private let turns: Turns

    var state = ConnectionState(at: .now())
    /// The request that is arriving, or that the server is answering.
    var request = ArrivingRequest()
    /// The parts of requests that the connection has received but cannot handle yet.
    private var backlog = CircularBuffer<HTTPServerRequestPart>()
    private var isReadHeld = false
    /// The size of the last answer in bytes.
    private(set) var lastAnswer = 0
    private var idleTimer: Scheduled<Void>?
    /// The timer that runs at present. When it ends, the request has taken too long, the next piece of an answer is
    /// due, or the server closes the connection.
    private var timer: Scheduled<Void>?
    /// Counts the bytes that this connection holds; nil if the connection has not held any bytes yet.
    private var share: HeldBytes.Share?

    init(
        _ channel: any Channel, origin: ConnectionOrigin, responder: any APIResponder, bounds: Listener.Bounds,
        seat: ConnectionSeat, heldBytes: HeldBytes, turns: Turns, dates: DateHeader
    ) {
        self.responder = responder
        self.origin = origin
        self.bounds = bounds
        self.seat = seat
        self.heldBytes = heldBytes
        self.turns = turns
        executor = EventLoopExecutor(channel.eventLoop)
        responses = ResponseWriter(allocator: channel.allocator, dates: dates)
    }

    // MARK: Arriving

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if case .head = part { state.pace.takesHead() }
        switch state.intake {
        case .take: take(part, context)
        case .keep: backlog.append(part)
        case .drop: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !state.isPaused { arrivedInPart(context) }
        if let cost = state.endRead() { takeTurns(after: cost, context) }
        context.fireChannelReadComplete()
    }

    /// Asks for no input while the server is answering a call. So a peer that keeps sending fills its own memory, not
    /// the server's.
    func read(context: ChannelHandlerContext) {
        switch state.intake {
        case .take where context.channel.isWritable: context.read()
        case .take, .keep: isReadHeld = true
        case .drop: if state.takesLastRead() { context.read() }
        }
    }

    private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch (part, state.phase) {
        case (.head(let head), .waiting):
            request.begin(head)
            state.phase = .gathering
        case (.body(let piece), .gathering):
            state.pace.takesPiece(of: piece.readableBytes)
            request.add(piece)
        case (.end, .gathering):
            stopTimer()
            state.phase = .answering
            answer(context)
        case (.body(let piece), .discarding):
            state.pace.takesPiece(of: piece.readableBytes)
            if request.discards(piece.readableBytes) { end(context) }
        case (.end, .discarding):
            stopTimer()
            if state.isLast { end(context) } else { becomeIdle() }
        case (.head, _), (.body, _), (.end, _):
            break
        }
    }

    /// Handles a request of which only a part has arrived at the end of a read. Most requests arrive whole in one read,
    /// and this function does nothing for them.
    private func arrivedInPart(_ context: ChannelHandlerContext) {
        guard case .gathering = state.phase else { return }
        if timer == nil {
            state.awaitsRest()
            limitArrival(to: bounds.arrival, context)
        }
        if !request.isHeadGood || request.isTooLong {
            judge(context)
        } else {
            hold(request.heldBytes, context)
        }
    }

    /// Gives up a request that takes longer than `time` to arrive. The time in which this connection waits for its
    /// turns does not count.
    private func limitArrival(to time: TimeAmount, _ context: ChannelHandlerContext) {
        startTimer(time, context) {
            guard let rest = self.state.takesExtension() else { return self.giveUp(context) }
            self.limitArrival(to: rest, context)
        }
    }

    // MARK: Answering

    private func answer(_ context: ChannelHandlerContext) {
        seat.becomesBusy()
        holdNothing()
        let connection = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let call = request.takeWhole()
        let (responder, peer) = (responder, origin.caller(call.headers))
        Task.immediate(executorPreference: executor) {
            let response = await responder.respond(to: call, from: peer)
            let (handler, context) = connection.value
            guard case .answering = handler.state.phase else { return }
            if let delivery = response.delivery { return handler.deliver(response, delivery, context) }
            handler.write(response, context)
            guard case .answering = handler.state.phase else { return }
            handler.becomeIdle()
            handler.state.pace.givesAnswer(of: handler.lastAnswer)
            handler.goOn(context)
        }
    }

    func becomeIdle() {
        let now = NIODeadline.now()
        state.becomesIdle(at: now)
        request.dropHead()
        seat.becomesIdle(at: now)
    }

    func write(_ response: APIResponse, _ context: ChannelHandlerContext) {
        state.phase = .answering
        if !request.head.isKeepAlive || !context.channel.isActive { state.isLast = true }
        let mustSayKept = request.head.version.minor == 0 && !state.isLast
        let (start, rest) = responses.bytes(
            of: response, withBody: request.head.method != .HEAD,
            connection: state.isLast ? "close" : mustSayKept ? "keep-alive" : nil)
        lastAnswer = start.readableBytes + (rest?.readableBytes ?? 0)
        if let rest {
            context.write(wrapOutboundOut(start), promise: nil)
            context.writeAndFlush(wrapOutboundOut(rest), promise: nil)
        } else {
            context.writeAndFlush(wrapOutboundOut(start), promise: nil)
        }
        if state.isLast { end(context) }
    }

    // MARK: Going on

    /// Handles the requests that wait in ``backlog``, as long as the caller reads the answers. Then reads further
    /// input.
    func goOn(_ context: ChannelHandlerContext) {
        guard state.intake == .take else { return }
        if state.phase == .waiting, !context.channel.isWritable {
            state.phase = .unsent
            return hold(max(lastAnswer, bounds.unsent.high), context)
        }
        // A connection with many requests pauses here. So the other connections of the event loop do not wait long, and
        // the calls of this function do not fill the stack.
        if state.pace.isRowFull, !backlog.isEmpty { return takeTurns(after: state.pace.costOfRow, context) }
        while state.intake == .take, let part = backlog.popFirst() { take(part, context) }
        guard state.intake == .take else { return }
        let step = state.stepAfterInput
        guard case .carryOn = step else { return act(on: step, context) }
        arrivedInPart(context)
        if state.intake == .take { readIfHeld(context) }
    }

    private func readIfHeld(_ context: ChannelHandlerContext) {
        guard isReadHeld else { return }
        isReadHeld = false
        context.read()
    }

    /// Stops handling this connection until its next turn, so that the event loop can handle its other connections.
    ///
    /// - Parameter cost: the cost of the connection's last turn.
    private func takeTurns(after cost: Int, _ context: ChannelHandlerContext) {
        state.isPaused = true
        let isRead = !Outflow.measured.isBlocked(context.channel)
        let start = context.eventLoop.now
        let turn = turns.begin(after: cost, isRead: isRead, at: start)
        context.eventLoop.assumeIsolated().scheduleTask(deadline: turn) {
            self.turns.end()
            self.state.resumes(after: context.eventLoop.now - start)
            if context.channel.isActive { self.goOn(context) }
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            if case .unsent = state.phase {
                holdNothing()
                becomeIdle()
            }
            goOn(context)
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Resources

    /// Sets the number of bytes that this connection holds. If all connections together hold too many bytes,
    /// ``HeldBytes`` ends one connection, which may be this one.
    func hold(_ bytes: Int, _ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        if share == nil {
            let connection = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            share = HeldBytes.Share(of: heldBytes) {
                connection.eventLoop.execute {
                    let (handler, context) = connection.value
                    handler.giveUp(context)
                }
            }
        }
        share?.set(bytes)
    }

    func holdNothing() {
        share?.release()
    }

    func startTimer(_ time: TimeAmount, _ context: ChannelHandlerContext, _ act: @escaping () -> Void) {
        stopTimer()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            self.timer = nil
            act()
        }
    }

    private func stopTimer() {
        timer?.cancel()
        timer = nil
    }

    /// Discards the input that has arrived and the input that still arrives, and closes the connection after `time`.
    func discardInput(for time: TimeAmount, _ context: ChannelHandlerContext) {
        state.closes()
        seat.becomesIdle(at: .now())
        request.dropBody()
        backlog.removeAll()
        holdNothing()
        startTimer(time, context) { context.close(promise: nil) }
        readIfHeld(context)
    }

    // MARK: Coming and going

    func handlerAdded(context: ChannelHandlerContext) {
        watchIdleness(for: bounds.idle, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        forget()
    }

    func channelInactive(context: ChannelHandlerContext) {
        forget()
        context.fireChannelInactive()
    }

    private func forget() {
        idleTimer?.cancel()
        stopTimer()
        holdNothing()
        // The share keeps this connection in memory, because the share must be able to end the connection.
        share = nil
    }

    /// Closes the connection when it has been silent for `bounds.idle`.
    private func watchIdleness(for time: TimeAmount, _ context: ChannelHandlerContext) {
        idleTimer = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            guard let left = self.state.silenceLeft(of: self.bounds.idle, at: .now()) else {
                return context.close(promise: nil)
            }
            self.watchIdleness(for: left, context)
        }
    }
}
