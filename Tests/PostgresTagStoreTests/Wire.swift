import Foundation
import Synchronization

/// A port between a store and its database. The wire passes all bytes on until a test makes the wire cut a connection
/// or become silent.
final class Wire: Sendable {
    enum Side: Sendable, CaseIterable {
        /// The connection and the bytes from the store are lost.
        case request
        /// The connection is lost after half of the answer from the database.
        case answer
    }

    private struct State {
        var cut: (side: Side, countdown: Int)?
        var hasCut = false
        var isSilent = false
        var hasSwallowed = false
        var isClosed = false
        var sockets: Set<Int32> = []
    }

    let port: Int
    private let listener: Int32
    private let target: Int
    private let state = Mutex(State())

    /// Opens a port that leads to the port `target` of this machine.
    init(to target: Int) throws {
        self.target = target
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw POSIXError(.EADDRINUSE) }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in serve() }
    }

    /// Cuts the connection at the piece `number` that `side` sends from now on; 1 is the next piece.
    func cut(_ side: Side, at number: Int) {
        state.withLock { state in
            state.cut = (side, number)
            state.hasCut = false
        }
    }

    /// Returns whether the cut has happened. Cancels a cut that has not happened.
    func hasCut() -> Bool {
        state.withLock { state in
            state.cut = nil
            return state.hasCut
        }
    }

    /// If `isSilent` is true, the wire stops passing bytes on, but closes no connection. If `isSilent` is false, the
    /// wire closes the connections and passes the bytes of new connections on.
    func setSilent(_ isSilent: Bool) {
        state.withLock { state in
            state.isSilent = isSilent
            if !isSilent { for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) } }
        }
    }

    /// Whether the wire has dropped bytes while it was silent.
    var hasSwallowed: Bool { state.withLock(\.hasSwallowed) }

    func end() {
        state.withLock { state in
            state.isClosed = true
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func serve() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0, !state.withLock(\.isClosed) else { break }
            let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = Self.loopback(target)
            let isConnected = withUnsafePointer(to: &address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isConnected else {
                for socket in [client, server] { close(socket) }
                continue
            }
            state.withLock { $0.sockets.formUnion([client, server]) }
            let ends = Ends()
            for (source, destination, side) in [(client, server, Side.request), (server, client, .answer)] {
                Thread.detachNewThread { [self] in
                    pass(from: source, to: destination, side)
                    shutdown(destination, Int32(SHUT_RDWR))
                    shutdown(source, Int32(SHUT_RDWR))
                    // The direction that ends last closes both sockets. Until then, no other connection can get one of
                    // the two descriptors.
                    guard ends.isLast() else { return }
                    state.withLock { $0.sockets.subtract([client, server]) }
                    for socket in [client, server] { close(socket) }
                }
            }
        }
        close(listener)
    }

    private func pass(from source: Int32, to destination: Int32, _ side: Side) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            let (isSilent, isCut) = state.withLock { state -> (Bool, Bool) in
                guard !state.isSilent, var cut = state.cut, cut.side == side else { return (state.isSilent, false) }
                cut.countdown -= 1
                state.cut = cut.countdown > 0 ? cut : nil
                if cut.countdown == 0 { state.hasCut = true }
                return (false, cut.countdown == 0)
            }
            if isSilent {
                state.withLock { $0.hasSwallowed = true }
                continue
            }
            let passed = isCut ? (side == .answer ? count / 2 : 0) : count
            guard send(destination, buffer, passed, Int32(MSG_NOSIGNAL)) == passed, !isCut else { return }
        }
    }

    /// Counts the directions of a connection that have not ended.
    private final class Ends: Sendable {
        private let left = Atomic(2)

        func isLast() -> Bool { left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }
}
