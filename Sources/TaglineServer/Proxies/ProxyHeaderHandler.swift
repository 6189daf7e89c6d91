import NIOCore

/// Comes first on a connection of a trusted proxy. Removes the PROXY header, and then passes everything on.
///
/// Closes the connection if the first bytes are not such a header. The connection's idle limit bounds how long the
/// header may take, and over HTTPS the deadline of the handshake. The connection has its seat from the start.
final class ProxyHeaderHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let origin: ConnectionOrigin
    private var held: ByteBuffer?
    private var hasRead = false
    /// The handler calls this with the caller's address.
    private let named: (IPAddress) -> Void

    init(_ origin: ConnectionOrigin, named: @escaping (IPAddress) -> Void) {
        self.origin = origin
        self.named = named
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasRead else { return context.fireChannelRead(data) }
        var bytes = unwrapInboundIn(data)
        if var earlier = held {
            earlier.writeBuffer(&bytes)
            bytes = earlier
        }
        held = nil
        switch ProxyHeader.read(bytes.readableBytesView.prefix(ProxyHeader.longest).map { $0 }[...]) {
        case .incomplete: held = bytes
        case .invalid:
            hasRead = true
            context.close(promise: nil)
        case .own(let length): pass(bytes, after: length, context)
        case .caller(let address, let length):
            origin.names(address)
            named(address)
            pass(bytes, after: length, context)
        }
    }

    private func pass(_ bytes: ByteBuffer, after length: Int, _ context: ChannelHandlerContext) {
        hasRead = true
        var bytes = bytes
        bytes.moveReaderIndex(forwardBy: length)
        if bytes.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(bytes)) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
