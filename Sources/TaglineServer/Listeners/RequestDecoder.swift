import NIOCore
import NIOHTTP1

/// Parses requests with NIO's parser, and goes on after a request that asks for another protocol.
///
/// NIO's parser stops for ever at the end of such a request. The first request of Java's own HTTP client is such a
/// request. The server speaks HTTP/1.1 only, so a new parser takes over at the byte where the old one stopped.
struct RequestDecoder: ByteToMessageDecoder {
    typealias InboundOut = HTTPServerRequestPart

    private let limits: NIOHTTPDecoderLimitConfiguration
    private let requestGuard: RequestGuard
    private var parser: HTTPRequestDecoder

    /// - Parameter requestGuard: the handler after the decoder, which knows at which requests the parser stops.
    init(limits: NIOHTTPDecoderLimitConfiguration, requestGuard: RequestGuard) {
        self.limits = limits
        self.requestGuard = requestGuard
        parser = HTTPRequestDecoder(limitConfiguration: limits)
    }

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        _ = try parser.decode(context: context, buffer: &buffer)
        while requestGuard.takesStoppedParser() {
            replaceParser(context)
            guard buffer.readableBytes > 0 else { break }
            _ = try parser.decode(context: context, buffer: &buffer)
        }
        return .needMoreData
    }

    mutating func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        if buffer.readableBytes > 0 { _ = try decode(context: context, buffer: &buffer) }
        return try parser.decodeLast(context: context, buffer: &buffer, seenEOF: seenEOF)
    }

    private mutating func replaceParser(_ context: ChannelHandlerContext) {
        parser.decoderRemoved(context: context)
        parser = HTTPRequestDecoder(limitConfiguration: limits)
        parser.decoderAdded(context: context)
    }

    func decoderAdded(context: ChannelHandlerContext) {
        parser.decoderAdded(context: context)
    }

    func decoderRemoved(context: ChannelHandlerContext) {
        parser.decoderRemoved(context: context)
    }
}
