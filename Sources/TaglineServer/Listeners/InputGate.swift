import NIOCore

/// Passes on input only when the handlers after this one ask for input.
///
/// SwiftNIO reads when a handler asks, with one exception: once the peer has closed its side, SwiftNIO reads at once
/// everything that the peer has sent. The parser would turn these bytes into thousands of requests, while the other
/// connections of the event loop wait. The reader of a new connection may not even be in the pipeline yet.
///
/// This handler keeps such bytes unchanged, and then the end of the input. It passes on one read at a time, in turns
/// with the other connections. The kernel's receive buffer bounds these bytes, and they count toward the limit of held
/// bytes.
final class InputGate: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = Never

    private let heldBytes: HeldBytes
    /// The reads that wait, in order, and the number of their bytes.
    private var reads = CircularBuffer<ByteBuffer>()
    private var bytes = 0
    /// Whether the end of the input waits after the reads.
    private var isEndWaiting = false
    /// Whether the handlers after this one have asked for a read that they do not have yet.
    private var isAsked = false
    /// Whether SwiftNIO is in the middle of a read that the handlers after this one have asked for.
    private var isReading = false
    private var isTurnDue = false
    /// The connection's share of the held bytes; nil until the gate first holds any.
    private var share: HeldBytes.Share?

    init(_ heldBytes: HeldBytes) {
        self.heldBytes = heldBytes
    }

    private var isEmpty: Bool { reads.isEmpty && !isEndWaiting }

    func read(context: ChannelHandlerContext) {
        isAsked = true
        if isEmpty { context.read() } else { awaitTurn(context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard isEmpty, isAsked || isReading else { return hold(unwrapInboundIn(data), context) }
        (isAsked, isReading) = (false, true)
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        if isEmpty { context.fireChannelReadComplete() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event, !isEmpty || !isAsked {
            isEndWaiting = true
            if isAsked { awaitTurn(context) }
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        forget()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        forget()
    }

    // MARK: Held input

    private func hold(_ read: ByteBuffer, _ context: ChannelHandlerContext) {
        reads.append(read)
        bytes += read.readableBytes
        count(context)
    }

    private func awaitTurn(_ context: ChannelHandlerContext) {
        guard !isTurnDue else { return }
        isTurnDue = true
        context.eventLoop.assumeIsolated().execute {
            self.isTurnDue = false
            self.takeTurn(context)
        }
    }

    /// Passes on one read, and the end of the input after the last one. Then asks for the next read, as SwiftNIO does
    /// after each read.
    private func takeTurn(_ context: ChannelHandlerContext) {
        guard isAsked, context.channel.isActive else { return }
        if let read = reads.popFirst() {
            isAsked = false
            bytes -= read.readableBytes
            count(context)
            context.fireChannelRead(wrapInboundOut(read))
            context.fireChannelReadComplete()
        }
        if reads.isEmpty, isEndWaiting {
            isEndWaiting = false
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
        if context.channel.isActive, !isAsked { context.pipeline.syncOperations.read() }
    }

    private func count(_ context: ChannelHandlerContext) {
        if share == nil {
            let connection = NIOLoopBound(context, eventLoop: context.eventLoop)
            share = HeldBytes.Share(of: heldBytes) {
                connection.eventLoop.execute { connection.value.close(promise: nil) }
            }
        }
        share?.set(bytes)
    }

    private func forget() {
        reads.removeAll()
        bytes = 0
        share?.release()
        // The share keeps this connection in memory, so that it can end the connection.
        share = nil
    }
}
