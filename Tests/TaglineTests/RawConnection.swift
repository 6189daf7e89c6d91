import NIOCore
import NIOPosix

/// Lets a test send any bytes to a live server over TCP, also bytes that no HTTP client would send.
struct RawConnection {
    private let inbound: NIOAsyncChannelInboundStream<ByteBuffer>
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    /// Opens a connection, runs `body`, and then closes the connection if it is still open.
    static func with<Value: Sendable>(
        _ base: String, _ body: @Sendable @escaping (RawConnection) async throws -> Value
    ) async throws -> Value {
        let port = Int(base.split(separator: ":").last ?? "") ?? 0
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawConnection(inbound: inbound, outbound: outbound))
        }
    }

    func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    func send(bytes: [UInt8]) async throws {
        try await outbound.write(ByteBuffer(bytes: bytes))
    }

    /// Closes the sending side.
    func endSending() {
        outbound.finish()
    }

    /// Reads until the text ends with `end`, or until the other side closes the connection.
    func receive(until end: String) async throws -> String {
        var text = ""
        for try await buffer in inbound {
            text += String(buffer: buffer)
            if text.hasSuffix(end) { break }
        }
        return text
    }
}
