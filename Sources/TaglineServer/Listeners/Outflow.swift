import NIOCore

/// Measures what becomes of the bytes that a connection has written.
struct Outflow {
    /// Returns the bytes that have not been passed to the system.
    var unsent: (any Channel) -> Int
    /// Returns the bytes that the other side has acknowledged since the connection was opened. It is always 0 where the
    /// system does not tell it.
    var taken: (any Channel) -> UInt64

    static var measured: Outflow {
        Outflow(
            unsent: { (try? $0.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 },
            taken: { TCPInformation.of($0)?.acknowledged ?? 0 })
    }
}

/// The beginning of Linux's `tcp_info`. The C library's own type lacks the last field.
private struct TCPInformation: Sendable {
    private typealias Five = (UInt64, UInt64, UInt64, UInt64, UInt64)

    /// The fields before, which are 120 bytes.
    private let earlier: (Five, Five, Five)
    /// The bytes that the other side has acknowledged.
    let acknowledged: UInt64

    /// Returns the information about a connection; nil if it is none over TCP, or if the system has none.
    static func of(_ channel: any Channel) -> TCPInformation? {
        #if os(Linux)
        var found: TCPInformation?
        let information: EventLoopFuture<TCPInformation>? = (channel as? any SocketOptionProvider)?
            .unsafeGetSocketOption(level: .tcp, name: .tcp_info)
        // On the channel's own event loop, the answer is there at once.
        information?.assumeIsolated().whenSuccess { found = $0 }
        return found
        #else
        return nil
        #endif
    }
}
