import NIOCore
import NIOHTTP1

/// The head of a request did not arrive in time, or the server needed the memory that its beginning took.
struct LateRequest: Error {}

/// Comes after the parser in the pipeline of a connection, and passes on the requests that ``RequestFraming`` allows.
/// If a head takes too long to arrive, or if all connections together hold too many bytes, the guard sends
/// ``LateRequest`` to the handlers after it.
///
/// The guard interprets the header `Connection` for all listeners. If a request is the last one of its connection, the
/// guard writes the header as `Connection: close`, whatever form the client used. The guard ignores all input after
/// this request.
final class RequestGuard: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let arrival: TimeAmount
    private let heldBytes: HeldBytes
    private var framing: RequestFraming
    /// The timer that runs while only a part of a head has arrived.
    private var headTimer: Scheduled<Void>?
    /// Whether the guard ignores all further input.
    private var hasEnded = false
    /// Whether the parser has stopped, and no new parser has taken over.
    private var isParserStopped = false
    private var context: ChannelHandlerContext?
    /// Counts the bytes of a long head that has arrived in part; nil if the connection has not had such a head yet.
    private var share: HeldBytes.Share?
    /// The parser keeps a head in pieces until the head is whole. The limit on open connections alone bounds the memory
    /// for shorter heads.
    private static let longHead = 1024

    /// - Parameter arrival: how long a head may take to arrive.
    init(limits: NIOHTTPDecoderLimitConfiguration, arrival: TimeAmount, heldBytes: HeldBytes) {
        self.arrival = arrival
        self.heldBytes = heldBytes
        framing = RequestFraming(headerBytes: limits.maxHeaderListSize)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        forget()
    }

    func channelInactive(context: ChannelHandlerContext) {
        forget()
        context.fireChannelInactive()
    }

    private func forget() {
        stopTimer()
        // The share keeps this guard in memory, because the share must be able to end the connection.
        share = nil
    }

    /// Stops the timer and the count of a head, which has arrived whole or can no longer arrive.
    private func stopTimer() {
        headTimer?.cancel()
        headTimer = nil
        share?.release()
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
        let length = framing.bytesOfHead
        guard length > 0 else { return stopTimer() }
        if length > Self.longHead { hold(length, context) }
        guard !hasEnded, headTimer == nil else { return }
        headTimer = context.eventLoop.assumeIsolated().scheduleTask(in: arrival) { self.giveUpHead(context) }
    }

    private func hold(_ bytes: Int, _ context: ChannelHandlerContext) {
        if share == nil {
            let connection = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            share = HeldBytes.Share(of: heldBytes) {
                connection.eventLoop.execute {
                    let (handler, context) = connection.value
                    if handler.framing.bytesOfHead > 0 { handler.giveUpHead(context) }
                }
            }
        }
        share?.set(bytes)
    }

    /// Ends the connection, because its head takes too long to arrive, or because all connections together hold too
    /// many bytes.
    private func giveUpHead(_ context: ChannelHandlerContext) {
        guard !hasEnded else { return }
        hasEnded = true
        stopTimer()
        context.fireErrorCaught(LateRequest())
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
