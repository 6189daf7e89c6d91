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
/// buffer holds, and ``HeldBytes`` counts these bytes. It also cuts long reads: over TLS, a record of 16 KiB arrives as
/// one read.
///
/// If `asksAhead` is set, this handler asks SwiftNIO for the next read before the handlers after it do. Otherwise,
/// SwiftNIO would stop and start watching the connection for each request, with two system calls. A caller that waits
/// for its answers sends nothing in the meantime, so there is nothing to keep.
final class InputGate: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = Never

    /// The bytes of one early read, which do not count as held. So a caller that sends its next request early never
    /// loses the answer to a call that runs.
    private static let uncounted = 4 * 1024

    private let heldBytes: HeldBytes
    private let largestRead: Int
    /// Whether this gate asks for reads itself. This ends with the first read that the gate must keep. So a caller that
    /// sends without waiting fills its own memory.
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

    /// - Parameter largestRead: the most bytes to pass on together.
    init(_ heldBytes: HeldBytes, asksAhead: Bool = false, largestRead: Int = .max) {
        self.heldBytes = heldBytes
        self.largestRead = largestRead
        self.asksAhead = asksAhead
    }

    /// The size in bytes of the buffers that the waiting reads keep in memory.
    var keptMemory: Int { reads.reduce(0) { $0 + $1.storageCapacity } }

    private var isEmpty: Bool { reads.isEmpty && !isEndWaiting }

    func read(context: ChannelHandlerContext) {
        isAsked = true
        if isEmpty { context.read() } else { awaitTurn(context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var read = unwrapInboundIn(data)
        guard isEmpty, isAsked || isReading else {
            asksAhead = false
            return hold(read, context)
        }
        (isAsked, isReading) = (false, true)
        guard read.readableBytes > largestRead, let first = read.readSlice(length: largestRead) else {
            return context.fireChannelRead(data)
        }
        hold(read, context)
        context.fireChannelRead(wrapInboundOut(first))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard isEmpty || isReading else { return }
        isReading = false
        context.fireChannelReadComplete()
        if asksAhead { askAhead(context) }
    }

    /// Asks for the next read, whether or not the handlers after this one want it now. SwiftNIO does not ask these
    /// handlers once a read is due, so this function asks them first.
    private func askAhead(_ context: ChannelHandlerContext) {
        askHandlers(context)
        if context.channel.isActive, !isAsked, isEmpty { context.read() }
    }

    /// Lets the handlers after this one ask for the next read, as SwiftNIO does after each read.
    private func askHandlers(_ context: ChannelHandlerContext) {
        if context.channel.isActive, !isAsked { context.pipeline.syncOperations.read() }
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
        reads.append(compact(read, context))
        bytes += read.readableBytes
        count(context)
    }

    /// Copies a few bytes of a large buffer, which would otherwise keep the whole buffer in memory.
    private func compact(_ read: ByteBuffer, _ context: ChannelHandlerContext) -> ByteBuffer {
        let isSparse = read.storageCapacity > 2 * read.readableBytes + 512
        return isSparse ? context.channel.allocator.buffer(buffer: read) : read
    }

    private func awaitTurn(_ context: ChannelHandlerContext) {
        guard !isTurnDue else { return }
        isTurnDue = true
        context.eventLoop.assumeIsolated().execute {
            self.isTurnDue = false
            self.takeTurn(context)
        }
    }

    /// Passes on one read. After the last read, passes on the end of the input too.
    private func takeTurn(_ context: ChannelHandlerContext) {
        guard isAsked, context.channel.isActive else { return }
        if let piece = takePiece(context) {
            isAsked = false
            bytes -= piece.readableBytes
            count(context)
            context.fireChannelRead(wrapInboundOut(piece))
            context.fireChannelReadComplete()
        }
        if reads.isEmpty, isEndWaiting {
            isEndWaiting = false
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
        askHandlers(context)
    }

    private func takePiece(_ context: ChannelHandlerContext) -> ByteBuffer? {
        guard var read = reads.first else { return nil }
        if read.readableBytes > largestRead, let piece = read.readSlice(length: largestRead) {
            reads[reads.startIndex] = compact(read, context)
            return piece
        }
        return reads.popFirst()
    }

    private func count(_ context: ChannelHandlerContext) {
        if share == nil {
            let connection = NIOLoopBound(context, eventLoop: context.eventLoop)
            share = HeldBytes.Share(of: heldBytes) {
                connection.eventLoop.execute { connection.value.close(promise: nil) }
            }
        }
        let isOneEarlyRead = reads.count == 1 && bytes <= Self.uncounted && !isEndWaiting
        share?.set(isOneEarlyRead ? 0 : bytes)
    }

    private func forget() {
        reads.removeAll()
        bytes = 0
        share?.release()
        // The share keeps this connection in memory, because the share must be able to end the connection.
        share = nil
    }
}
