import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Sets up connections on which Hummingbird answers. This type does the same as Hummingbird's own HTTP/1.1 channel, but
/// with the bounds of Tagline's listeners.
struct StreamingChannel: ServerChildChannel, HTTPChannelHandler {
    /// A connection. The server reads from the connection only after ``handle(value:logger:)`` has begun. If this
    /// function never runs, for example at shutdown, the server has no stream to finish.
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    /// The number of parts that wait for the handler of a request before the server stops reading. One part may have as
    /// many bytes as one read, so more parts could hold too many bytes.
    private static let partsAhead = NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark(
        lowWatermark: 1, highWatermark: 2)

    let responder: HTTPChannelHandler.Responder
    let bounds: Listener.Bounds
    let connections: ConnectionTable
    let heldBytes: HeldBytes
    let rules: StreamedRequests.Rules
    let turns = Turns()

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let seat = try ConnectionSeat.take(channel, in: connections, bounds, from: Peer(channel))
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(InputGate(heldBytes))
            try pipeline.addHandler(HTTPResponseEncoder())
            try pipeline.addRequestParser(within: bounds, heldBytes)
            try pipeline.addHandler(
                StreamedRequests(bounds: bounds, seat: seat, rules: rules, heldBytes: heldBytes, turns: turns))
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: Duration(bounds.idle), logger: logger))
            try channel.syncOptions?.setOption(.autoRead, value: false)
            return Value(channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        let channel = value.channel
        let stream = try? await channel.eventLoop.submit {
            guard channel.isActive else { throw ChannelError.ioOnClosedChannel }
            let stream = try NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>(
                wrappingChannelSynchronously: channel,
                configuration: .init(
                    backPressureStrategy: Self.partsAhead, isOutboundHalfClosureEnabled: true))
            try channel.syncOptions?.setOption(.autoRead, value: true)
            // The option alone does not send a read through the pipeline. A handler of the pipeline may hold input
            // until such a read.
            channel.read()
            return stream
        }.get()
        if let stream { await handleHTTP(asyncChannel: stream, logger: logger) } else { channel.close(promise: nil) }
    }
}
