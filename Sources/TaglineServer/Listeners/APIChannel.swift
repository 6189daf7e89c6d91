import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Sets up connections to the API.
struct APIChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    let responder: any APIResponder
    let bounds: Listener.Bounds
    let connections: ConnectionTable
    let heldBytes: HeldBytes
    /// The certificate for HTTPS; nil for plain HTTP.
    var certificate: CurrentCertificate?
    var proxies = TrustedProxies.none
    let dates = DateHeader()
    let turns = Turns()

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let origin = ConnectionOrigin(Peer(channel), behind: proxies)
            let seat = try ConnectionSeat.take(
                channel, in: connections, bounds, from: origin.countedPeer)
            let pipeline = channel.pipeline.syncOperations
            if origin.awaitsProxyHeader {
                try pipeline.addHandler(
                    ProxyHeaderHandler(origin) { [connections] in
                        if let address = origin.countedPeer?.address { connections.assign(address, to: seat) }
                    })
            }
            if let certificate {
                try pipeline.addHandler(certificate.handler())
                try pipeline.addHandler(HandshakeDeadline(bounds.arrival))
            }
            try pipeline.addHandler(InputGate(heldBytes, asksAhead: true, largestRead: bounds.largestRead))
            try pipeline.addRequestParser(within: bounds, heldBytes)
            try pipeline.addHandler(
                APIConnection(
                    channel, origin: origin, responder: responder, bounds: bounds, seat: seat, heldBytes: heldBytes,
                    turns: turns, dates: dates))
            return Value(channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            try? await value.channel.closeFuture.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }
}

extension ConnectionSeat {
    /// Limits the resources of a new connection, and adds a seat for the connection to `connections`. Removes the seat
    /// when the connection closes.
    ///
    /// - Parameter peer: the caller; nil for a proxy, which forwards the requests of many callers.
    static func take(
        _ channel: any Channel, in connections: ConnectionTable, _ bounds: Listener.Bounds, from peer: Peer?
    ) throws -> ConnectionSeat {
        // With these options, the server stops reading from a caller that does not read the answers.
        try channel.syncOptions?.setOption(.writeBufferWaterMark, value: bounds.unsent)
        try channel.syncOptions?.setOption(.socketOption(.so_sndbuf), value: numericCast(bounds.sendBuffer))
        try channel.syncOptions?.setOption(.socketOption(.so_rcvbuf), value: numericCast(bounds.receiveBuffer))
        try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
        try channel.syncOptions?.setOption(.recvAllocator, value: bounds.readBuffer(upTo: bounds.largestRead))
        let seat = ConnectionSeat(channel, address: peer.flatMap { $0.isLocalSocket ? nil : $0.address }, now: .now())
        channel.closeFuture.whenComplete { _ in connections.release(seat) }
        connections.admit(seat)
        return seat
    }
}

extension ChannelPipeline.SynchronousOperations {
    /// Adds the request parser at the end of the pipeline, with a ``ByteCounter`` before it and a ``RequestGuard``
    /// after it.
    func addRequestParser(within bounds: Listener.Bounds, _ heldBytes: HeldBytes) throws {
        let limits = bounds.parser
        let requestGuard = RequestGuard(limits: limits, arrival: bounds.arrival, heldBytes: heldBytes)
        try addHandler(ByteCounter(requestGuard))
        try addHandler(ByteToMessageHandler(RequestDecoder(limits: limits, requestGuard: requestGuard)))
        try addHandler(requestGuard)
    }
}
