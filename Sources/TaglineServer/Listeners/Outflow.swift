import NIOCore

/// Measures how many bytes a connection still has to send, and how many bytes have arrived at the other side.
struct Outflow {
    /// Returns the number of bytes that the connection has not passed to the system yet.
    var unsent: (any Channel) -> Int
    /// Returns the number of bytes that the other side has acknowledged since the connection was opened; 0 if the
    /// system does not report the number.
    var taken: (any Channel) -> UInt64
    /// Returns whether the system holds bytes for which the other side has no room.
    var isBlocked: (any Channel) -> Bool

    static var measured: Outflow {
        Outflow(
            unsent: { (try? $0.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 },
            taken: { TCPInformation.of($0)?.acknowledged ?? 0 },
            isBlocked: { (TCPInformation.of($0)?.waiting ?? 0) > 0 })
    }
}

/// The beginning of Linux's `tcp_info`. The C library's own type has neither ``acknowledged`` nor ``waiting``.
private struct TCPInformation: Sendable {
    private typealias Five = (UInt64, UInt64, UInt64, UInt64, UInt64)

    /// The fields before ``acknowledged``, which take 120 bytes.
    private let earlier: (Five, Five, Five)
    /// The bytes that the other side has acknowledged.
    let acknowledged: UInt64
    /// The fields between ``acknowledged`` and ``waiting``, which take 16 bytes.
    private let between: (UInt64, UInt64)
    /// The bytes that the system has not sent yet.
    let waiting: UInt32

    /// Returns the information about a connection; nil if the connection does not use TCP, or if the system has no such
    /// information.
    static func of(_ channel: any Channel) -> TCPInformation? {
        #if os(Linux)
        var found: TCPInformation?
        let information: EventLoopFuture<TCPInformation>? = (channel as? any SocketOptionProvider)?
            .unsafeGetSocketOption(level: .tcp, name: .tcp_info)
        // On the channel's own event loop, the answer is available at once.
        information?.assumeIsolated().whenSuccess { found = $0 }
        return found
        #else
        return nil
        #endif
    }
}
