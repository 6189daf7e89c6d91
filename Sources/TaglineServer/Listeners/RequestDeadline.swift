import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Gives a request a bounded time to arrive in full, however slowly it trickles in.
///
/// The time runs from the end of the head; a head that does not arrive is bounded by how long a connection may be idle.
///
/// A timer is set only for a request that has not arrived whole at the end of a read, so the common one costs nothing.
final class RequestDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    private let limit: TimeAmount
    private var isArriving = false
    private var timer: Scheduled<Void>?

    init(limit: TimeAmount) {
        self.limit = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: isArriving = true
        case .body: break
        case .end:
            isArriving = false
            cancel()
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isArriving, timer == nil {
            timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { self.expire(context) }
        }
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cancel()
    }

    private func expire(_ context: ChannelHandlerContext) {
        timer = nil
        let head = HTTPResponse(status: .requestTimeout, headerFields: [.connection: "close", .contentLength: "0"])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(promise: nil)
    }

    private func cancel() {
        timer?.cancel()
        timer = nil
    }
}
