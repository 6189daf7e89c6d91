import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Handles the requests of one connection whose bodies are streamed:
///
/// - A request must arrive in time.
/// - If a client asks first, the server tells it to send its body.
/// - After an early answer, the server reads the rest of the request for a limited time only.
///
/// The handler sets a timer only for a request that has not arrived whole at the end of a read. So other requests cost
/// nothing.
final class StreamedRequests: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// The least bytes that a stream of lines must bring in each period in which the server waits for them. A whole
    /// line is enough too.
    static let progress = 1024

    private let bounds: Listener.Bounds
    private let seat: ConnectionSeat
    private let takesLines: @Sendable (HTTPRequest) -> Bool
    private let isTrusted: @Sendable (HTTPRequest) -> Bool
    /// The request that has not arrived whole; nil between requests.
    private var arriving: HTTPRequest?
    /// Requests that have begun and whose answers have not ended.
    private var unanswered = 0
    /// The bytes of the arriving body since the timer was set.
    private var bytes = 0
    /// Whether a line has ended in the body since the timer was set.
    private var hasLine = false
    /// Whether the server waits for bytes and none have come.
    private var isReading = false
    private var timer: Scheduled<Void>?
    /// Runs while the caller does not read what the server has written.
    private var unsentTimer: Scheduled<Void>?
    private var isClosing = false
    /// The number of reads whose data the server still discards after an early answer.
    private var readsLeft = 64

    /// - Parameters:
    ///   - takesLines: whether a request's body is a stream of lines.
    ///   - isTrusted: whether a request keeps its connection's seat while it is answered.
    init(
        bounds: Listener.Bounds, seat: ConnectionSeat, takesLines: @escaping @Sendable (HTTPRequest) -> Bool,
        isTrusted: @escaping @Sendable (HTTPRequest) -> Bool = { _ in true }
    ) {
        self.bounds = bounds
        self.seat = seat
        self.takesLines = takesLines
        self.isTrusted = isTrusted
    }

    // MARK: Requests

    func read(context: ChannelHandlerContext) {
        if isClosing {
            // After the last of these reads, a caller that keeps sending only fills its own memory.
            guard readsLeft > 0 else { return }
            readsLeft -= 1
        }
        isReading = true
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = false
        switch unwrapInboundIn(data) {
        case .head(let head):
            arriving = head
            unanswered += 1
            if isTrusted(head) { seat.becomesBusy() }
            if head.headerFields[.expect]?.lowercased() == "100-continue", mayContinue(head) {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case .body(let part):
            bytes += part.readableBytes
            if !hasLine { hasLine = part.readableBytesView.contains(UInt8(ascii: "\n")) }
        case .end:
            arriving = nil
            cancel()
        }
        if !isClosing { context.fireChannelRead(data) }
    }

    /// Returns whether to ask the client for the body. If the head declares too long a body, the server refuses the
    /// request at once instead.
    private func mayContinue(_ head: HTTPRequest) -> Bool {
        takesLines(head) || Self.declaredLength(head) ?? 0 <= CallBody.largest
    }

    private static func declaredLength(_ request: HTTPRequest) -> Int? {
        request.headerFields[.contentLength].map { Int($0) ?? .max }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if arriving != nil, timer == nil, !isClosing { setTimer(context) }
        context.fireChannelReadComplete()
    }

    private func setTimer(_ context: ChannelHandlerContext) {
        bytes = 0
        hasLine = false
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: bounds.arrival) {
            self.timer = nil
            guard let request = self.arriving else { return }
            let isGettingOn = self.bytes >= Self.progress || self.hasLine || !self.isReading
            if isGettingOn, self.takesLines(request) { self.setTimer(context) } else { self.expire(context) }
        }
    }

    private func expire(_ context: ChannelHandlerContext) {
        guard unanswered > 0 else { return context.close(promise: nil) }
        answerTooLate(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is LateRequest else { return context.fireErrorCaught(error) }
        // The server still finishes the answers that it has begun, and then closes the connection.
        if unanswered == 0 { answerTooLate(context) } else { isClosing = true }
    }

    private func answerTooLate(_ context: ChannelHandlerContext) {
        let head = HTTPResponse(status: .requestTimeout, headerFields: [.connection: "close", .contentLength: "0"])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(promise: nil)
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        unanswered -= 1
        if unanswered == 0 { seat.becomesIdle(at: .now()) }
        context.write(data, promise: promise)
        if let arriving { answeredEarly(arriving, context) }
    }

    /// Handles an answer that was sent before the whole request had arrived. The server discards the rest of a short
    /// request. After a long request, or one without a declared length, it closes the connection after
    /// `bounds.lingering`. Closing at once would destroy the answer on its way.
    private func answeredEarly(_ request: HTTPRequest, _ context: ChannelHandlerContext) {
        guard !isClosing, (Self.declaredLength(request) ?? .max) > CallBody.largest else { return }
        isClosing = true
        cancel()
        context.flush()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: bounds.lingering) { context.close(promise: nil) }
        context.read()
    }

    /// Closes the connection of a caller that reads nothing for `bounds.idle`.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        unsentTimer?.cancel()
        unsentTimer = nil
        if !context.channel.isWritable {
            unsentTimer = context.eventLoop.assumeIsolated().scheduleTask(in: bounds.idle) {
                context.close(promise: nil)
            }
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Going

    func channelInactive(context: ChannelHandlerContext) {
        cancel()
        unsentTimer?.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cancel()
        unsentTimer?.cancel()
    }

    private func cancel() {
        timer?.cancel()
        timer = nil
    }
}
