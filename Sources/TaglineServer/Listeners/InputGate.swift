import NIOCore

/// Passes on input only when the handlers after this one ask for input.
///
/// SwiftNIO reads only when a handler asks, with one exception. When the peer has closed its side, SwiftNIO reads,
/// without being asked, everything that the peer has sent. Without this gate, the parser would turn these bytes into
/// thousands of requests, while the other connections of the event loop wait. On a new connection, the handler that
/// needs the requests may not be in the pipeline yet.
///
/// This handler keeps these bytes unchanged, and also keeps the event that reports the end of the input. It passes on
/// one read at a time, in turns with the other connections. The handler keeps no more bytes than the kernel's receive
/// buffer holds, and ``HeldBytes`` counts these bytes.
///
/// If `asksAhead` is set, this handler asks SwiftNIO for the next read before the handlers after it do. Otherwise,
/// SwiftNIO would stop and start watching the connection for each request, with two system calls. A caller that waits
/// for its answers sends nothing in the meantime, so there is nothing to keep.
final class InputGate: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = Never

    private let heldBytes: HeldBytes
    /// Whether this gate asks for reads itself. This ends with the first read that the gate must keep, so a caller that
    /// sends more than the server asks for fills its own memory.
    private var asksAhead: Bool
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
    /// Counts the bytes that this gate holds; nil if the gate has not held any bytes yet.
    private var share: HeldBytes.Share?

    init(_ heldBytes: HeldBytes, asksAhead: Bool = false) {
        self.heldBytes = heldBytes
        self.asksAhead = asksAhead
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
        guard isEmpty else { return }
        context.fireChannelReadComplete()
        if asksAhead { askAhead(context) }
    }

    /// Asks for the next read, whether or not the handlers after this one want it now. SwiftNIO does not ask these
    /// handlers once a read is due, so this function asks them first.
    private func askAhead(_ context: ChannelHandlerContext) {
        if context.channel.isActive, !isAsked { context.pipeline.syncOperations.read() }
        if context.channel.isActive, !isAsked, isEmpty { context.read() }
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
        asksAhead = false
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

    /// Passes on one read. After the last read, passes on the end of the input too. Then asks for the next read, as
    /// SwiftNIO does after each read.
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
        // The share keeps this connection in memory, because the share must be able to end the connection.
        share = nil
    }
}
