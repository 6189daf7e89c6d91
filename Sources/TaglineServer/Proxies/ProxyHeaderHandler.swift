import NIOCore

/// Stands first on a connection of a trusted proxy, takes the PROXY header off it, and then lets everything through.
///
/// Bytes that are no such header end the connection. How long the header may take is bounded by the silence that the connection
/// may keep, and its seat counts from the start.
final class ProxyHeaderHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let origin: ConnectionOrigin
    private var held: ByteBuffer?
    private var hasRead = false
    /// Told the caller's address.
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
