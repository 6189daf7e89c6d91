import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import TaglineServer

/// One connection to a listener of either kind, without a socket.
///
/// If the server closes only its own side of an `EmbeddedChannel`, NIO closes the whole channel. So the connection
/// closes as soon as the server has sent its last answer.
struct EmbeddedListener {
    /// The API and the cloud gateway gather all parts of a request before they answer. The admin plane streams the
    /// parts.
    enum Kind: String, CaseIterable, Sendable {
        case gathering, streaming
    }

    /// Answers every request of the API with 200.
    private struct Everything: APIResponder {
        func respond(to request: APIRequest, from peer: Peer) async -> APIResponse { APIResponse(status: .ok) }
        func judge(_ head: APIRequest, from peer: Peer) async -> APIResponse? { nil }
    }

    let channel = EmbeddedChannel()

    /// Makes a connection to a listener that gathers requests. `responder` answers the requests.
    init(_ responder: some APIResponder, heldBytes: HeldBytes = HeldBytes()) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(InputGate(heldBytes, asksAhead: true, largestRead: 4096))
        try pipeline.addRequestParser(within: Listener.Bounds(), heldBytes)
        try pipeline.addHandler(
            APIConnection(
                channel, origin: ConnectionOrigin(Peer(address: nil), behind: .none), responder: responder,
                bounds: Listener.Bounds(), seat: ConnectionSeat(channel, address: nil, now: .now()),
                heldBytes: heldBytes, turns: Turns(), dates: DateHeader()))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    /// Makes a connection to a listener that streams requests. `responder` answers the requests. The body of a request
    /// for `/lines` is a stream of lines.
    init(
        _ responder: StreamedResponder, heldBytes: HeldBytes = HeldBytes(), turns: Turns = Turns(),
        isTrusted: Bool = true, outflow: Outflow = .measured
    ) throws {
        let rules = StreamedRequests.Rules(takesLines: { $0.path == "/lines" }, isTrusted: { _ in isTrusted })
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(InputGate(heldBytes))
        try pipeline.addHandler(HTTPResponseEncoder())
        try pipeline.addRequestParser(within: Listener.Bounds(), heldBytes)
        try pipeline.addHandler(
            StreamedRequests(
                bounds: Listener.Bounds(), seat: ConnectionSeat(channel, address: nil, now: .uptimeNanoseconds(1)),
                rules: rules, heldBytes: heldBytes, turns: turns, outflow: outflow))
        try pipeline.addHandler(responder)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    /// Makes a connection to a listener that answers every whole request with 200.
    init(_ kind: Kind, heldBytes: HeldBytes = HeldBytes()) throws {
        switch kind {
        case .gathering: try self.init(Everything(), heldBytes: heldBytes)
        case .streaming: try self.init(StreamedResponder(), heldBytes: heldBytes)
        }
    }

    /// Sends `text` from the client to the server. A closed connection ignores `text`.
    func send(_ text: String) {
        channel.read()
        _ = try? channel.writeInbound(ByteBuffer(string: text))
        channel.embeddedEventLoop.run()
        channel.read()
    }

    /// Returns the text that the server has sent since the test last read answers.
    func received() throws -> String {
        var text = ""
        while let piece = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: piece) }
        return text
    }

    /// Returns the status of each answer that the server has sent since the test last read answers.
    func statuses() throws -> [Int] {
        try received().matches(of: #/HTTP/1\.[01] ([0-9]{3}) /#).compactMap { Int($0.1) }
    }

    func advance(by time: TimeAmount) {
        channel.embeddedEventLoop.advanceTime(by: time)
    }

    func finish() {
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }
}

/// Answers the requests of a streaming listener with 200 and `ok`, and ends a connection as Hummingbird does.
final class StreamedResponder: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// Whether the responder answers a request before the body has arrived.
    var answersEarly = false
    /// Whether the responder declares the length of its answers.
    var declaresLength = true
    /// Whether the answers wait for ``release()``.
    var isHolding = false
    /// The number of bytes of all bodies that have arrived.
    private(set) var bodyBytes = 0
    /// The types of the errors that have arrived.
    private(set) var errors: [String] = []
    private var head: HTTPRequestHead?
    private var waiting: [HTTPRequestHead] = []
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            if answersEarly { answer(head, context) }
        case .body(let part): bodyBytes += part.readableBytes
        case .end: if let head, !answersEarly { answer(head, context) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        errors.append("\(type(of: error))")
    }

    /// Sends the answers that have waited.
    func release() {
        isHolding = false
        guard let context else { return }
        for head in waiting { answer(head, context) }
        waiting = []
    }

    private func answer(_ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard !isHolding else { return waiting.append(request) }
        begin(context)
        end(context)
        if request.headers["connection"] == ["close"] { context.close(mode: .output, promise: nil) }
    }

    /// Writes the head of an answer.
    private func begin(_ context: ChannelHandlerContext) {
        let headers: HTTPHeaders = declaresLength ? ["content-length": "2"] : [:]
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    /// Writes the rest of an answer.
    private func end(_ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "ok")))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
