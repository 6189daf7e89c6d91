import NIOCore
import NIOPosix
import Synchronization

/// A server that answers with the bytes that a test chooses, valid or not.
struct BadServer: Sendable {
    enum Answer: Sendable {
        /// A status and a body, with the length of the body.
        case text(String, status: String = "200 OK")
        /// These bytes, after which the server closes the connection.
        case cut(String)
        /// These bytes, after which the connection stays open and silent.
        case stalled(String)
        /// No answer at all.
        case nothing
    }

    let address: String

    /// Runs the server until `body` returns.
    ///
    /// - Parameter answer: returns the answer to a request with this first line and this body. `number` is the number
    ///   of the request, from 1.
    static func with<Value: Sendable>(
        _ answer: @escaping @Sendable (_ line: String, _ body: String, _ number: Int) -> Answer,
        _ body: (BadServer) async throws -> Value
    ) async throws -> Value {
        let count = Counter()
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(count: count, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let value = try await body(BadServer(address: "http://127.0.0.1:\(server.localAddress?.port ?? 0)"))
            try await server.close()
            return value
        } catch {
            try? await server.close()
            throw error
        }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let count: Counter
        private let answer: @Sendable (String, String, Int) -> Answer
        private var read = ""

        init(count: Counter, answer: @escaping @Sendable (String, String, Int) -> Answer) {
            self.count = count
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            read += String(buffer: unwrapInboundIn(data))
            while let head = read.firstRange(of: "\r\n\r\n") {
                let fields = read[..<head.lowerBound].lowercased()
                let length = fields.firstMatch(of: /content-length: *([0-9]+)/).flatMap { Int($0.1) } ?? 0
                let rest = read[head.upperBound...]
                guard rest.utf8.count >= length else { return }
                let body = String(decoding: rest.utf8.prefix(length), as: UTF8.self)
                let line = read.prefix { $0 != "\r\n" }
                let number = count.next()
                let whole = String(line)
                read = String(decoding: rest.utf8.dropFirst(length), as: UTF8.self)
                write(answer(whole, body, number), context)
            }
        }

        private func write(_ answer: Answer, _ context: ChannelHandlerContext) {
            switch answer {
            case .nothing: return
            case .text(let text, let status):
                let head = "HTTP/1.1 \(status)\r\nContent-Type: text/html\r\nContent-Length: \(text.utf8.count)\r\n\r\n"
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head + text)), promise: nil)
            case .stalled(let text):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .cut(let text):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
                context.close(promise: nil)
            }
        }
    }
}
