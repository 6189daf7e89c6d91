import Foundation
import NIOCore
import NIOHTTP1

/// One connection to the API. It gathers a whole request, passes it to the responder, writes the answer, and looks at
/// the next request.
///
/// A call and its answer are each one piece in memory; nothing is streamed. Only the store's work leaves the
/// connection's event loop. `docs/decisions/a-call-is-one-piece.md` tells what a general server would cost.
final class APIConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    private static let mostAnswersInARow = 16
    /// The most pieces of a body in one read that cost the connection no turn. A read of 4 KiB holds up to 682 chunks
    /// of one byte.
    private static let mostPiecesInARead = 64
    /// The pauses of connections that take turns: after a row of answers, and after a read of tiny pieces.
    private static let pauseAfterAnswers = TimeAmount.milliseconds(16)
    private static let pauseAfterPieces = TimeAmount.milliseconds(4)
    /// The number of reads whose data the server still discards after the last answer.
    private static let lastReads = 64

    private enum Phase {
        case waiting
        /// The head has arrived, and the body has not arrived whole.
        case gathering
        /// The responder is judging the head alone.
        case judging
        /// The answer has already been sent. The server discards the rest of the request.
        case discarding
        case answering
        /// The answer is being sent piece by piece, because a fault asks for it.
        case delivering
        /// The caller has not read the last answers. The server answers nothing more until it has.
        case unsent
        /// The last answer has been sent. The server discards further input until the caller closes.
        case closing
    }

    private let responder: any APIResponder
    private let origin: ConnectionOrigin
    private let bounds: Listener.Bounds
    private let seat: ConnectionSeat
    private let heldBytes: HeldBytes
    private let turns: Turns
    private let executor: EventLoopExecutor
    private let responses: ResponseWriter

    private var phase = Phase.waiting
    /// The request under way.
    private var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
    private var body = ByteBuffer()
    /// Whether the responder has judged the head of the current request and did not refuse it.
    private var isHeadGood = false
    /// The parts that arrived behind the request that is being answered.
    private var backlog = CircularBuffer<HTTPServerRequestPart>()
    /// The number of answers that were given without a turn for other connections.
    private var answersInARow = 0
    /// The number of answers since the last read ended.
    private var answersInRead = 0
    /// The pieces of a body in the current read.
    private var piecesInRead = 0
    /// Whether the connection waits until the other connections have had their turn. It reads nothing meanwhile, and
    /// puts what arrives into the backlog.
    private var isPaused = false
    private var isReadHeld = false
    private var readsLeft = lastReads
    /// Whether the connection ends after the current answer.
    private var isLast = false
    /// Whether the peer has closed its sending side. It may still wait for answers.
    private var isInputClosed = false
    /// Whether the system has taken every answer, once the connection is closing.
    private var isAnswerSent = true
    /// Whether the input is not HTTP.
    private var isBroken = false
    /// The size of the last answer in bytes.
    private var lastAnswer = 0
    private var lastActive = NIODeadline.now()
    private var idleTimer: Scheduled<Void>?
    private var arrivalTimer: Scheduled<Void>?
    /// The connection's share of the held bytes; nil until the connection first holds any.
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
        guard !isPaused else { return backlog.append(part) }
        switch phase {
        case .answering, .delivering, .judging, .unsent: backlog.append(part)
        case .waiting, .gathering, .discarding: take(part, context)
        case .closing: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !isPaused {
            arrivedInPart(context)
            takeTurnsIfGreedy(context)
        }
        (piecesInRead, answersInRead) = (0, 0)
        context.fireChannelReadComplete()
    }

    /// Ends a read. A connection that brings one call at a time never waits here.
    private func takeTurnsIfGreedy(_ context: ChannelHandlerContext) {
        switch phase {
        case .waiting where piecesInRead > Self.mostPiecesInARead,
            .gathering where piecesInRead > Self.mostPiecesInARead,
            .discarding where piecesInRead > Self.mostPiecesInARead:
            takeTurns(pausing: Self.pauseAfterPieces, context)
        case .waiting where answersInRead <= 1, .gathering where answersInRead <= 1:
            answersInARow = 0
        case .waiting where answersInARow >= Self.mostAnswersInARow,
            .gathering where answersInARow >= Self.mostAnswersInARow:
            takeTurns(pausing: Self.pauseAfterAnswers, context)
        case .waiting, .gathering, .judging, .discarding, .answering, .delivering, .unsent, .closing:
            break
        }
    }

    /// Reads nothing while a call is being answered. So a peer that keeps sending fills its own memory, not the
    /// server's.
    func read(context: ChannelHandlerContext) {
        guard !isPaused else { return isReadHeld = true }
        switch phase {
        case .answering, .delivering, .judging, .unsent: isReadHeld = true
        case .waiting, .gathering, .discarding:
            if context.channel.isWritable { context.read() } else { isReadHeld = true }
        case .closing:
            // After the last of these reads, a caller that keeps sending only fills its own memory.
            guard readsLeft > 0 else { return }
            readsLeft -= 1
            context.read()
        }
    }

    private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch (part, phase) {
        case (.head(let head), .waiting):
            self.head = head
            phase = .gathering
        case (.body(var bytes), .gathering):
            piecesInRead += 1
            let room = APIRequest.largestBody - body.readableBytes
            if body.readableBytes == 0, bytes.readableBytes <= room {
                body = bytes
            } else if let slice = bytes.readSlice(length: min(bytes.readableBytes, room)) {
                body.writeImmutableBuffer(slice)
            }
        case (.end, .gathering):
            hasArrived()
            phase = .answering
            answer(context)
        case (.body, .discarding):
            piecesInRead += 1
        case (.end, .discarding):
            hasArrived()
            if isLast { end(context) } else { becomeIdle() }
        case (.head, _), (.body, _), (.end, _):
            break
        }
    }

    /// Handles a request that has not arrived whole at the end of a read. Most requests arrive whole, and cost nothing
    /// here.
    private func arrivedInPart(_ context: ChannelHandlerContext) {
        switch phase {
        case .gathering:
            if arrivalTimer == nil {
                arrivalTimer = context.eventLoop.assumeIsolated().scheduleTask(in: bounds.arrival) {
                    self.arrivalTimer = nil
                    self.giveUp(context)
                }
            }
            let isTooLong = body.readableBytes > CallBody.largest
            if !isHeadGood || isTooLong {
                judge(isTooLong: isTooLong, context)
            } else {
                hold(body.storageCapacity, context)
            }
        case .waiting, .judging, .discarding, .answering, .delivering, .unsent, .closing:
            break
        }
    }

    private func hasArrived() {
        arrivalTimer?.cancel()
        arrivalTimer = nil
    }

    // MARK: Answering

    /// Lets the responder judge the head before the connection keeps more of the body.
    private func judge(isTooLong: Bool, _ context: ChannelHandlerContext) {
        phase = .judging
        let declared = APIRequest.declaredLength(head.headers)
        let request = APIRequest(head, bodyLength: isTooLong ? CallBody.largest + 1 : declared)
        let connection = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let (responder, peer) = (responder, origin.caller(request.headers))
        Task.immediate(executorPreference: executor) {
            let refusal = await responder.judge(request, from: peer)
            let (handler, context) = connection.value
            handler.judged(refusal, request, context)
        }
    }

    private func judged(_ refusal: APIResponse?, _ request: APIRequest, _ context: ChannelHandlerContext) {
        guard case .judging = phase else { return }
        if refusal == nil, request.bodyLength > CallBody.largest { return refuse(.payloadTooLarge, context) }
        if let refusal {
            body = ByteBuffer()
            share?.release()
            let isEndless = request.bodyLength > CallBody.largest
            if isEndless || request.awaitsContinue { isLast = true }
            if let delivery = refusal.delivery {
                isLast = true
                return deliver(refusal, delivery, context)
            }
            write(refusal, context)
            guard case .answering = phase else { return }
            phase = .discarding
        } else {
            isHeadGood = true
            phase = .gathering
            // Without this answer, such a client waits for about a second before it sends its body.
            if request.awaitsContinue {
                let goOn = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")
                context.writeAndFlush(wrapOutboundOut(goOn), promise: nil)
            }
            hold(body.storageCapacity, context)
        }
        goOn(context)
    }

    private func answer(_ context: ChannelHandlerContext) {
        seat.becomesBusy()
        share?.release()
        let connection = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let request = APIRequest(head, body: body)
        body = ByteBuffer()
        isHeadGood = false
        let (responder, peer) = (responder, origin.caller(request.headers))
        Task.immediate(executorPreference: executor) {
            let response = await responder.respond(to: request, from: peer)
            let (handler, context) = connection.value
            guard case .answering = handler.phase else { return }
            if let delivery = response.delivery { return handler.deliver(response, delivery, context) }
            handler.write(response, context)
            guard case .answering = handler.phase else { return }
            handler.becomeIdle()
            handler.answersInARow += 1
            handler.answersInRead += 1
            handler.goOn(context)
        }
    }

    private func becomeIdle() {
        phase = .waiting
        isHeadGood = false
        lastActive = .now()
        seat.becomesIdle(at: lastActive)
    }

    private func write(_ response: APIResponse, _ context: ChannelHandlerContext) {
        phase = .answering
        if !head.isKeepAlive || !context.channel.isActive { isLast = true }
        let mustSayKept = head.version.minor == 0 && !isLast
        let (start, rest) = responses.bytes(
            of: response, withBody: head.method != .HEAD,
            connection: isLast ? "close" : mustSayKept ? "keep-alive" : nil)
        lastAnswer = start.readableBytes + (rest?.readableBytes ?? 0)
        if let rest {
            context.write(wrapOutboundOut(start), promise: nil)
            context.writeAndFlush(wrapOutboundOut(rest), promise: nil)
        } else {
            context.writeAndFlush(wrapOutboundOut(start), promise: nil)
        }
        if isLast { end(context) }
    }

    // MARK: Answers of faults

    /// Sends an answer as a fault asks for it: in pieces, or not at all.
    private func deliver(_ response: APIResponse, _ delivery: Delivery, _ context: ChannelHandlerContext) {
        guard let pieces = delivery.pieces else { return depart(delivery.ending, context) }
        if !head.isKeepAlive || !context.channel.isActive { isLast = true }
        var (bytes, rest) = responses.bytes(
            of: response, withBody: head.method != .HEAD, connection: isLast ? "close" : nil)
        if let rest { bytes.writeImmutableBuffer(rest) }
        phase = .delivering
        hold(bytes.readableBytes, context)
        sendPieces(
            of: PiecewiseAnswer(bytes, pieces), delivery.ending, until: .now() + bounds.delivery, context)
    }

    private func sendPieces(
        of answer: PiecewiseAnswer, _ ending: Delivery.Ending, until deadline: NIODeadline,
        _ context: ChannelHandlerContext
    ) {
        guard case .delivering = phase, context.channel.isActive else { return }
        var answer = answer
        guard let piece = answer.next() else { return depart(ending == .keep ? .silence : ending, context) }
        context.writeAndFlush(wrapOutboundOut(piece), promise: nil)
        if answer.isWhole { return delivered(ending, context) }
        guard .now() < deadline else { return context.close(promise: nil) }
        arrivalTimer = context.eventLoop.assumeIsolated().scheduleTask(in: answer.pause) {
            self.arrivalTimer = nil
            self.sendPieces(of: answer, ending, until: deadline, context)
        }
    }

    private func delivered(_ ending: Delivery.Ending, _ context: ChannelHandlerContext) {
        share?.release()
        answersInARow += 1
        answersInRead += 1
        guard ending == .keep else { return depart(ending, context) }
        if isLast { return end(context) }
        becomeIdle()
        goOn(context)
    }

    /// Ends the connection as `ending` says. The caller may have received no answer, or only a part of one.
    private func depart(_ ending: Delivery.Ending, _ context: ChannelHandlerContext) {
        isLast = true
        switch ending {
        case .keep, .close: end(context)
        case .reset:
            let seconds = linger(l_onoff: 1, l_linger: 0)
            (context.channel as? any SocketOptionProvider)?.setSoLinger(seconds).whenComplete { _ in }
            context.close(promise: nil)
        case .silence:
            // The connection is idle from here on, so it can lose its seat, and it closes after `bounds.idle`.
            passOver(for: bounds.idle, context)
        }
    }

    /// Handles what has arrived in the meantime, as long as the caller reads its answers, and then reads on.
    private func goOn(_ context: ChannelHandlerContext) {
        switch phase {
        case .answering, .delivering, .judging, .unsent, .closing: return
        case .waiting, .gathering, .discarding: break
        }
        guard !isPaused else { return }
        if case .waiting = phase, !context.channel.isWritable {
            phase = .unsent
            hold(max(lastAnswer, bounds.unsent.high), context)
            return
        }
        // One connection with many requests must not keep the others of its event loop waiting, nor pile up calls on
        // the stack.
        if answersInARow >= Self.mostAnswersInARow, !backlog.isEmpty {
            return takeTurns(pausing: Self.pauseAfterAnswers, context)
        }
        while !isPaused, let part = backlog.popFirst() {
            take(part, context)
            switch phase {
            case .answering, .delivering, .judging, .unsent, .closing: return
            case .waiting, .gathering, .discarding: break
            }
        }
        guard !isPaused else { return }
        if isBroken {
            if case .discarding = phase { return end(context) }
            return refuse(.badRequest, context)
        }
        if isInputClosed { return end(context) }
        if isLast, case .waiting = phase { return end(context) }
        arrivedInPart(context)
        switch phase {
        case .waiting, .gathering, .discarding:
            guard isReadHeld else { return }
            isReadHeld = false
            context.read()
        case .answering, .delivering, .judging, .unsent, .closing: break
        }
    }

    /// Lets the other connections of the event loop have their turn. If another connection takes turns too, this one
    /// also pauses. Connections that pipeline or send tiny chunks without end then leave room for the others. A single
    /// such connection is not slowed.
    private func takeTurns(pausing pause: TimeAmount, _ context: ChannelHandlerContext) {
        isPaused = true
        let isAlone = turns.begin() == 0
        context.eventLoop.assumeIsolated().scheduleTask(in: isAlone ? .zero : pause) {
            self.turns.end()
            self.goOnNow(context)
        }
    }

    private func goOnNow(_ context: ChannelHandlerContext) {
        isPaused = false
        answersInARow = 0
        if context.channel.isActive { goOn(context) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            if case .unsent = phase {
                share?.release()
                becomeIdle()
            }
            goOn(context)
        }
        context.fireChannelWritabilityChanged()
    }

    /// Counts `bytes` as held by this connection. Above the common limit, ``HeldBytes`` ends the oldest holder, which
    /// may be this one.
    private func hold(_ bytes: Int, _ context: ChannelHandlerContext) {
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

    // MARK: Ending

    /// Ends the connection, because the request takes too long or because the connection must give up its held bytes.
    private func giveUp(_ context: ChannelHandlerContext) {
        switch phase {
        case .gathering, .judging: refuse(.requestTimeout, context)
        case .discarding, .delivering, .unsent: context.close(promise: nil)
        case .closing: if !isAnswerSent { context.close(promise: nil) }
        case .waiting, .answering: break
        }
    }

    /// Answers `status` to input that is not a call, and ends the connection.
    private func refuse(_ status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
        isLast = true
        let bytes = responses.bytes(of: APIResponse(status: status), withBody: true, connection: "close").start
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        end(context)
    }

    /// Closes the server's side once the system has taken every answer, and discards further input for
    /// `bounds.lingering`. Closing at once would destroy the answer on its way. A caller that does not read its answers
    /// has `bounds.idle`.
    private func end(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return phase = .closing }
        isAnswerSent = false
        discardInput(for: bounds.idle, context)
        // An empty write ends when the writes before it have ended.
        let sent = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: sent)
        sent.futureResult.assumeIsolated().whenComplete { _ in
            self.isAnswerSent = true
            guard context.channel.isActive else { return }
            guard !self.isInputClosed else { return context.close(promise: nil) }
            context.close(mode: .output, promise: nil)
            self.discardInput(for: self.bounds.lingering, context)
        }
        if !isAnswerSent { hold(max(lastAnswer, bounds.unsent.low), context) }
    }

    /// Discards further input, and closes after `time` or when the caller has closed its side.
    private func passOver(for time: TimeAmount, _ context: ChannelHandlerContext) {
        discardInput(for: time, context)
        if isInputClosed { context.close(promise: nil) }
    }

    private func discardInput(for time: TimeAmount, _ context: ChannelHandlerContext) {
        phase = .closing
        isPaused = false
        seat.becomesIdle(at: .now())
        hasArrived()
        body = ByteBuffer()
        backlog.removeAll()
        share?.release()
        arrivalTimer = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            context.close(promise: nil)
        }
        if isReadHeld {
            isReadHeld = false
            context.read()
        }
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
        hasArrived()
        share?.release()
        // The share keeps this connection alive, to be able to end it.
        share = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is LateRequest {
            if case .waiting = phase, !isPaused { refuse(.requestTimeout, context) }
            return
        }
        guard error is HTTPParserError else { return context.close(promise: nil) }
        isBroken = true
        guard !isPaused else { return }
        switch phase {
        case .waiting, .gathering: refuse(.badRequest, context)
        case .discarding: end(context)
        case .answering, .delivering, .judging, .unsent, .closing: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            if case .waiting = phase, !isPaused { context.close(promise: nil) } else { isLast = true }
        case ChannelEvent.inputClosed:
            isInputClosed = true
            guard !isPaused else { return }
            switch phase {
            case .answering, .delivering, .judging, .unsent: break
            case .waiting, .gathering, .discarding: end(context)
            case .closing: if isAnswerSent { context.close(promise: nil) }
            }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// Ends the connection once it has been silent for `bounds.idle`.
    private func watchIdleness(for time: TimeAmount, _ context: ChannelHandlerContext) {
        idleTimer = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            let left = self.bounds.idle - (NIODeadline.now() - self.lastActive)
            switch self.phase {
            case .waiting where left <= .zero, .unsent where left <= .zero: context.close(promise: nil)
            default: self.watchIdleness(for: left > .zero ? left : self.bounds.idle, context)
            }
        }
    }
}
