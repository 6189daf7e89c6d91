import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Sets up connections on which Hummingbird answers: as its own HTTP/1.1 channel does, within the bounds that all our listeners have.
struct StreamingChannel: ServerChildChannel, HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: HTTPChannelHandler.Responder
    let bounds: Listener.Bounds
    let connections: ConnectionTable
    let takesLines: @Sendable (HTTPRequest) -> Bool
    let isTrusted: @Sendable (HTTPRequest) -> Bool

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let seat = try ConnectionSeat.take(channel, in: connections, bounds)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(HTTPResponseEncoder())
            try pipeline.addRequestParser(within: bounds)
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(
                StreamedRequests(bounds: bounds, seat: seat, takesLines: takesLines, isTrusted: isTrusted))
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: Duration(bounds.idle), logger: logger))
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    func handle(value: Value, logger: Logger) async {
        await handleHTTP(asyncChannel: value, logger: logger)
    }
}
