import NIOCore
import NIOHTTP1

/// One connection to the API: gathers a whole request, has it answered, writes the answer, and looks at the next.
///
/// A call and its answer are each one piece in memory; nothing is streamed, and nothing leaves the connection's event loop but what the store
/// does. What a general server would cost is in `docs/decisions/a-call-is-one-piece.md`.
final class APIConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case waiting
        case gathering(HTTPRequestHead, ByteBuffer)
        case answering
    }

    private let responder: any APIResponder
    private let peer: Peer
    private let bounds: Listener.Bounds
    private let executor: EventLoopExecutor
    private let responses: ResponseWriter
    private var phase = Phase.waiting
    /// What arrived behind the request that is being answered.
    private var backlog = CircularBuffer<HTTPServerRequestPart>()
    private var isReadHeld = false
    /// Nothing more is to be answered once the answer under way is written.
    private var isLast = false
    /// The peer has sent all it had, and waits for answers.
    private var isInputClosed = false
    /// What arrived is not HTTP.
    private var isBroken = false
    private var lastActive = NIODeadline.now()
    private var idleTimer: Scheduled<Void>?
    private var arrivalTimer: Scheduled<Void>?

    init(_ channel: any Channel, responder: any APIResponder, bounds: Listener.Bounds, dates: DateHeader) {
        self.responder = responder
        peer = Peer(channel)
        self.bounds = bounds
        executor = EventLoopExecutor(channel.eventLoop)
        responses = ResponseWriter(allocator: channel.allocator, dates: dates)
    }

    // MARK: Arriving

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if case .answering = phase {
            backlog.append(part)
        } else {
            take(part, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // A timer is set only for a request that has not arrived whole at the end of a read, so the common one costs nothing.
        if case .gathering = phase, arrivalTimer == nil {
            arrivalTimer = context.eventLoop.assumeIsolated().scheduleTask(in: bounds.arrival) {
                self.arrivalTimer = nil
                self.refuse(.requestTimeout, context)
            }
        }
        context.fireChannelReadComplete()
    }

    /// While a call is being answered no more is read, so that a peer that sends on and on fills its own memory and not ours.
    func read(context: ChannelHandlerContext) {
        if case .answering = phase { isReadHeld = true } else { context.read() }
    }

    private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch (part, phase) {
        case (.head(let head), .waiting):
            phase = .gathering(head, ByteBuffer())
            // Such a client waits for a second before it sends its body, unless it is told to.
            if head.version == .http1_1, head.headers[canonicalForm: "expect"].first?.lowercased() == "100-continue" {
                context.writeAndFlush(
                    wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
            }
        case (.body(var bytes), .gathering(let head, var body)):
            phase = .waiting
            let room = APIRequest.largestBody - body.readableBytes
            if body.readableBytes == 0, bytes.readableBytes <= room {
                body = bytes
            } else if let slice = bytes.readSlice(length: min(bytes.readableBytes, room)) {
                body.writeImmutableBuffer(slice)
            }
            phase = .gathering(head, body)
        case (.end, .gathering(let head, let body)):
            phase = .answering
            arrivalTimer?.cancel()
            arrivalTimer = nil
            answer(head, body, context)
        case (.head, _), (.body, _), (.end, _):
            break
        }
    }

    // MARK: Answering

    private func answer(_ head: HTTPRequestHead, _ body: ByteBuffer, _ context: ChannelHandlerContext) {
        let connection = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let request = APIRequest(method: head.method, target: head.uri, headers: head.headers, body: body)
        let (responder, peer) = (responder, peer)
        Task.immediate(executorPreference: executor) {
            let response = await responder.respond(to: request, from: peer)
            let (handler, context) = connection.value
            handler.write(response, to: head, context)
        }
    }

    private func write(_ response: APIResponse, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        if !head.isKeepAlive || !context.channel.isActive { isLast = true }
        let mustSayKept = head.version.minor == 0 && !isLast
        let (start, rest) = responses.bytes(
            of: response, withBody: head.method != .HEAD,
            connection: isLast ? "close" : mustSayKept ? "keep-alive" : nil)
        if let rest {
            context.write(wrapOutboundOut(start), promise: nil)
            context.writeAndFlush(wrapOutboundOut(rest), promise: nil)
        } else {
            context.writeAndFlush(wrapOutboundOut(start), promise: nil)
        }
        phase = .waiting
        lastActive = .now()
        if isLast { return context.close(promise: nil) }
        while let part = backlog.popFirst() {
            take(part, context)
            if case .answering = phase { return }
        }
        if isBroken { return refuse(.badRequest, context) }
        if isInputClosed { return context.close(promise: nil) }
        if isReadHeld {
            isReadHeld = false
            context.read()
        }
    }

    /// Answers what is no call, and ends the connection.
    private func refuse(_ status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
        isLast = true
        let bytes = responses.bytes(of: APIResponse(status: status), withBody: true, connection: "close").start
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        context.close(promise: nil)
    }

    // MARK: Coming and going

    func handlerAdded(context: ChannelHandlerContext) {
        watchIdleness(for: bounds.idle, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        idleTimer?.cancel()
        arrivalTimer?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        idleTimer?.cancel()
        arrivalTimer?.cancel()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else { return context.close(promise: nil) }
        isBroken = true
        if case .answering = phase { return }
        refuse(.badRequest, context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            if case .waiting = phase { context.close(promise: nil) } else { isLast = true }
        case ChannelEvent.inputClosed:
            isInputClosed = true
            if case .answering = phase {} else { context.close(promise: nil) }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// Ends the connection after it has been silent for as long as it may.
    private func watchIdleness(for time: TimeAmount, _ context: ChannelHandlerContext) {
        idleTimer = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            let left = self.bounds.idle - (NIODeadline.now() - self.lastActive)
            if case .waiting = self.phase, left <= .zero {
                context.close(promise: nil)
            } else {
                self.watchIdleness(for: left > .zero ? left : self.bounds.idle, context)
            }
        }
    }
}
