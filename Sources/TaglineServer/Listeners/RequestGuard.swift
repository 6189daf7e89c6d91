import NIOCore
import NIOHTTP1

/// The head of a request did not arrive in time.
struct LateRequest: Error {}

/// Follows the parser of a connection, and passes on what ``RequestFraming`` allows. If a head takes too long to
/// arrive, it sends ``LateRequest`` to the handlers behind.
///
/// NIO's parser stops for ever after a request to switch to another protocol. Java's own HTTP client sends such a
/// request first. The server speaks HTTP/1.1 only, so it replaces the stopped parser with a new one.
final class RequestGuard: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let limits: NIOHTTPDecoderLimitConfiguration
    private let arrival: TimeAmount
    private var framing: RequestFraming
    /// The timer that runs while only a part of a head has arrived.
    private var headTimer: Scheduled<Void>?
    /// Whether the guard ignores all further input.
    private var hasEnded = false
    private var context: ChannelHandlerContext?

    /// - Parameter arrival: how long a head may take to arrive.
    init(limits: NIOHTTPDecoderLimitConfiguration, arrival: TimeAmount) {
        self.limits = limits
        self.arrival = arrival
        framing = RequestFraming(headerBytes: limits.maxHeaderListSize)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        stopTimer()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopTimer()
        context.fireChannelInactive()
    }

    private func stopTimer() {
        headTimer?.cancel()
        headTimer = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasEnded else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            do throws(RequestFraming.Fault) {
                try framing.began(head)
            } catch {
                return end(context)
            }
            guard framing.isLast else { return context.fireChannelRead(data) }
            var last = head
            last.headers.replaceOrAdd(name: "connection", value: "close")
            context.fireChannelRead(wrapInboundOut(.head(last)))
        case .body(let bytes):
            framing.brought(body: bytes.readableBytes)
            context.fireChannelRead(data)
        case .end:
            let ending = framing.ended()
            context.fireChannelRead(data)
            switch ending {
            case .parserGoesOn: break
            case .parserStops: replaceParser(context)
            case .unclear:
                hasEnded = true
                stopTimer()
            }
        }
    }

    /// Records that the parser has received `count` bytes. ``ByteCounter`` calls this.
    fileprivate func parsed(_ count: Int) {
        guard !hasEnded, let context else { return }
        do throws(RequestFraming.Fault) {
            try framing.parsed(count)
        } catch {
            return end(context)
        }
        guard framing.hasHeadInPart else { return stopTimer() }
        guard headTimer == nil else { return }
        headTimer = context.eventLoop.assumeIsolated().scheduleTask(in: arrival) {
            self.headTimer = nil
            self.hasEnded = true
            context.fireErrorCaught(LateRequest())
        }
    }

    /// Reports to the handlers behind that the input is not HTTP. They answer 400 and close the connection.
    private func end(_ context: ChannelHandlerContext) {
        hasEnded = true
        stopTimer()
        context.fireErrorCaught(HTTPParserError.invalidConstant)
    }

    /// Replaces the parser after the parser has returned, because the parser itself calls this.
    private func replaceParser(_ context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated().execute { [limits] in
            let pipeline = context.pipeline.syncOperations
            guard
                let stopped = try? pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self),
                (try? pipeline.addHandler(Self.parser(limits), position: .after(stopped))) != nil
            else { return context.close(promise: nil) }
            // The stopped parser passes its unparsed bytes to the next handler, which is the new parser. Some handlers
            // wait for the end of a read, so it is reported here.
            pipeline.removeHandler(stopped).assumeIsolated().whenSuccess { context.fireChannelReadComplete() }
        }
    }

    static func parser(_ limits: NIOHTTPDecoderLimitConfiguration) -> ByteToMessageHandler<HTTPRequestDecoder> {
        ByteToMessageHandler(
            HTTPRequestDecoder(
                leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop, limitConfiguration: limits))
    }
}

/// Reports to the ``RequestGuard`` behind the parser how many bytes the parser has received.
final class ByteCounter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let requestGuard: RequestGuard

    init(_ requestGuard: RequestGuard) {
        self.requestGuard = requestGuard
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let count = unwrapInboundIn(data).readableBytes
        context.fireChannelRead(data)
        requestGuard.parsed(count)
    }
}
