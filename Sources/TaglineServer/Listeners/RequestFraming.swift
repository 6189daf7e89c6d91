import NIOCore
import NIOHTTP1

/// Decides what one connection may send around its requests: the judgement, without the connection.
///
/// The parser bounds heads and trailers. It does not bound what it passes over: blank lines before a request, and extensions of
/// chunks. Both grow the count of bytes without growing a request, so this counts the bytes.
struct RequestFraming {
    /// Why a connection ends.
    enum Fault: Error {
        /// More bytes have come than a head, or the frame of a body, can need.
        case tooManyBytes
        /// The method is CONNECT, which asks for a tunnel.
        case tunnel
        /// An HTTP/1.1 request has no `Host`, a request has two, or its `Host` is not a host.
        case badHost
    }

    /// Bytes that may come without a request, or a part of a body, coming of them.
    private let allowance: Int
    /// Bytes since a request last began or ended.
    private var bytes = 0
    private var bodyBytes = 0
    private var hasMoved = false
    private var isInRequest = false
    /// Whether the connection has received a part of a head, but not all of it.
    var hasHeadInPart: Bool { !isInRequest && bytes > 0 }
    /// Whether the request under way asks for another protocol. The parser stops after such a request.
    private(set) var asksForUpgrade = false

    init(headerBytes: Int) {
        allowance = headerBytes + 32 * 1024
    }

    mutating func began(_ head: HTTPRequestHead) throws(Fault) {
        moved()
        isInRequest = true
        guard head.method != .CONNECT else { throw .tunnel }
        let hosts = head.headers[canonicalForm: "host"]
        guard (head.version == .http1_0 ? 0 : 1)...1 ~= hosts.count, hosts.allSatisfy({ HostHeader(String($0)) != nil })
        else { throw .badHost }
        asksForUpgrade =
            head.headers.contains(name: "upgrade")
            && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
    }

    mutating func brought(body count: Int) {
        bodyBytes += count
    }

    /// The request has ended. Returns whether the parser has stopped.
    mutating func ended() -> Bool {
        moved()
        isInRequest = false
        defer { asksForUpgrade = false }
        return asksForUpgrade
    }

    /// So many bytes have been given to the parser, and everything that came of them has been told.
    mutating func parsed(_ count: Int) throws(Fault) {
        if hasMoved {
            hasMoved = false
            return
        }
        bytes += count
        // The frame of a chunk of one byte takes five.
        guard bytes - bodyBytes <= allowance + 16 * bodyBytes else { throw .tooManyBytes }
    }

    private mutating func moved() {
        hasMoved = true
        bytes = 0
        bodyBytes = 0
    }
}
