import NIOCore

/// Holds the input of a connection until its reader is there.
///
/// The reader of a connection joins the pipeline some time after SwiftNIO has accepted the connection. SwiftNIO reads
/// nothing before that, with one exception: if the caller closes its side, SwiftNIO reads at once what has arrived.
/// Without this handler that request would be lost, and the connection would stay open until its idle time is over.
final class EarlyInput: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private enum Event {
        case read(NIOAny)
        case readComplete
        case user(Any)
        case error(any Error)
    }

    private var events: [Event] = []
    private var hasReader = false
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    /// Passes on what it holds, and everything that comes from now on. Call it on the event loop once the reader is in
    /// the pipeline behind this handler.
    func release() {
        hasReader = true
        guard let context else { return }
        for event in events {
            switch event {
            case .read(let data): context.fireChannelRead(data)
            case .readComplete: context.fireChannelReadComplete()
            case .user(let event): context.fireUserInboundEventTriggered(event)
            case .error(let error): context.fireErrorCaught(error)
            }
        }
        events = []
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if hasReader { context.fireChannelRead(data) } else { events.append(.read(data)) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if hasReader { context.fireChannelReadComplete() } else { events.append(.readComplete) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if hasReader { context.fireUserInboundEventTriggered(event) } else { events.append(.user(event)) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if hasReader { context.fireErrorCaught(error) } else { events.append(.error(error)) }
    }
}
