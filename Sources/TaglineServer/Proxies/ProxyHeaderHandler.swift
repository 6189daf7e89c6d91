import NIOCore

/// The first handler on a connection of a trusted proxy. It removes the PROXY header, and then passes all other bytes
/// on.
///
/// It closes the connection if the first bytes are not such a header. The connection's idle limit bounds the time for
/// the header. Over HTTPS, the deadline of the handshake bounds it. The connection counts towards the limits on open
/// connections from the start.
final class ProxyHeaderHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private enum State {
        /// Nothing has arrived, or only the first bytes of the header.
        case waiting(ByteBuffer?)
        case passing
        /// The first bytes were not a header. The handler discards all bytes after them.
        case closed
    }

    private let origin: ConnectionOrigin
    private var state = State.waiting(nil)
    /// The handler calls this after the header has named the caller.
    private let named: () -> Void

    init(_ origin: ConnectionOrigin, named: @escaping () -> Void) {
        self.origin = origin
        self.named = named
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .waiting(let held):
            var bytes = held ?? ByteBuffer()
            var fresh = unwrapInboundIn(data)
            bytes.writeBuffer(&fresh)
            read(bytes, context)
        case .passing: context.fireChannelRead(data)
        case .closed: break
        }
    }

    private func read(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        switch ProxyHeader.read(Array(bytes.readableBytesView.prefix(ProxyHeader.longest))[...]) {
        case .incomplete: state = .waiting(bytes)
        case .invalid:
            state = .closed
            context.close(promise: nil)
        case .own(let length): pass(bytes, after: length, context)
        case .caller(let address, let length):
            origin.names(address)
            named()
            pass(bytes, after: length, context)
        }
    }

    private func pass(_ bytes: ByteBuffer, after length: Int, _ context: ChannelHandlerContext) {
        state = .passing
        var bytes = bytes
        bytes.moveReaderIndex(forwardBy: length)
        if bytes.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(bytes)) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
