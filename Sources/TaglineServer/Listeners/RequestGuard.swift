import NIOCore
import NIOHTTP1

/// The head of a request did not arrive in time.
struct LateRequest: Error {}

/// Comes after the parser in the pipeline of a connection, and passes on the requests that ``RequestFraming`` allows.
/// If a head takes too long to arrive, the guard sends ``LateRequest`` to the handlers after it.
///
/// The guard interprets the header `Connection` for all listeners. If a request is the last one of its connection, the
/// guard writes the header as `Connection: close`, whatever form the client used. The guard ignores all input after
/// this request.
final class RequestGuard: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let arrival: TimeAmount
    private var framing: RequestFraming
    /// The timer that runs while only a part of a head has arrived.
    private var headTimer: Scheduled<Void>?
    /// Whether the guard ignores all further input.
    private var hasEnded = false
    /// Whether the parser has stopped, and no new parser has taken over.
    private var isParserStopped = false
    private var context: ChannelHandlerContext?

    /// - Parameter arrival: how long a head may take to arrive.
    init(limits: NIOHTTPDecoderLimitConfiguration, arrival: TimeAmount) {
        self.arrival = arrival
        framing = RequestFraming(headerBytes: limits.maxHeaderListSize)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        stopTimer()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopTimer()
        context.fireChannelInactive()
    }

    private func stopTimer() {
        headTimer?.cancel()
        headTimer = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasEnded else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            do throws(RequestFraming.Fault) {
                try framing.began(head)
            } catch {
                return end(context)
            }
            guard framing.isLast else { return context.fireChannelRead(data) }
            var last = head
            last.headers.replaceOrAdd(name: "connection", value: "close")
            context.fireChannelRead(wrapInboundOut(.head(last)))
        case .body(let bytes):
            framing.brought(body: bytes.readableBytes)
            context.fireChannelRead(data)
        case .end:
            isParserStopped = framing.ended()
            if framing.isLast {
                hasEnded = true
                stopTimer()
            }
            context.fireChannelRead(data)
        }
    }

    /// Returns whether the parser has stopped, and notes that a new parser takes over. ``RequestDecoder`` calls this.
    func takesStoppedParser() -> Bool {
        defer { isParserStopped = false }
        return isParserStopped && !hasEnded
    }

    /// Reports only the first error of the parser, because the parser reports the same error again for all further
    /// input.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError || error is ByteToMessageDecoderError else {
            return context.fireErrorCaught(error)
        }
        if !hasEnded { end(context) }
    }

    /// Records that the parser has received `count` bytes. ``ByteCounter`` calls this.
    fileprivate func parsed(_ count: Int) {
        guard !hasEnded, let context else { return }
        do throws(RequestFraming.Fault) {
            try framing.parsed(count)
        } catch {
            return end(context)
        }
        guard framing.hasHeadInPart else { return stopTimer() }
        guard headTimer == nil else { return }
        headTimer = context.eventLoop.assumeIsolated().scheduleTask(in: arrival) {
            self.headTimer = nil
            self.hasEnded = true
            context.fireErrorCaught(LateRequest())
        }
    }

    /// Reports to the handlers after the guard that the input is not HTTP. They answer 400 and close the connection.
    private func end(_ context: ChannelHandlerContext) {
        hasEnded = true
        stopTimer()
        context.fireErrorCaught(HTTPParserError.invalidConstant)
    }
}

/// Counts the bytes that the parser receives, and reports the count to the ``RequestGuard``.
final class ByteCounter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let requestGuard: RequestGuard

    init(_ requestGuard: RequestGuard) {
        self.requestGuard = requestGuard
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let count = unwrapInboundIn(data).readableBytes
        context.fireChannelRead(data)
        requestGuard.parsed(count)
    }
}
