import NIOCore
import NIOHTTP1

/// Decides which requests a client may send on one connection, and how many bytes in addition to the requests. This
/// type only judges, and does not use the connection.
///
/// The parser limits the bytes of heads and trailers. It does not limit the bytes that it ignores: blank lines before a
/// request, and extensions of chunks. So this type counts all bytes that arrive.
struct RequestFraming {
    /// The reason why a connection ends.
    enum Fault: Error {
        /// More bytes have arrived than a head, or the chunks of a body, can need.
        case tooManyBytes
        /// The method is CONNECT, which asks for a tunnel.
        case tunnel
        /// The header `Host` is wrong: missing in HTTP/1.1, sent twice, not a host, or not the host of the target.
        case badHost
        /// The body has a transfer coding other than chunked, or any transfer coding in HTTP/1.0.
        case unknownCoding
    }

    /// The most bytes, apart from the body, that may arrive until the next request begins, or until the current request
    /// ends. Each byte of the body allows 16 further bytes.
    private let allowance: Int
    /// The number of bytes since a request last began or ended.
    private var bytes = 0
    private var bodyBytes = 0
    private var hasMoved = false
    private var isInRequest = false
    /// The `Host` of the last request. Most connections send the same `Host` each time.
    private var lastHost: String?
    /// The number of bytes of a head that has arrived in part; 0 if no head has.
    var bytesOfHead: Int { isInRequest ? 0 : bytes }
    /// Whether the parser stops at the end of the request that is arriving, because the request asks for another
    /// protocol.
    private var stopsParser = false
    /// Whether the connection ends after the answer to the latest request. This request may still be arriving.
    private(set) var isLast = false

    init(headerBytes: Int) {
        allowance = headerBytes + 32 * 1024
    }

    /// Judges the head of a request. Allocates nothing if the head is like the previous head.
    mutating func began(_ head: HTTPRequestHead) throws(Fault) {
        moved()
        isInRequest = true
        guard head.method != .CONNECT else { throw .tunnel }
        let fields = FramingFields(head.headers)
        guard (head.version == .http1_0 ? 0 : 1)...1 ~= fields.hosts else { throw .badHost }
        if let host = fields.host, host != lastHost {
            guard HostHeader(host) != nil else { throw .badHost }
            lastHost = host
        }
        guard Self.namesSameHost(head.uri, fields.host) else { throw .badHost }
        // The parser would treat `gzip, chunked` as `chunked`.
        guard fields.codings == 0 || fields.codings == 1 && fields.isChunked && head.version != .http1_0 else {
            throw .unknownCoding
        }
        stopsParser = fields.stopsParser
        isLast = fields.listsClose || !head.isKeepAlive
    }

    /// Returns whether `target` names either no host or the same host as `host`.
    ///
    /// A client that uses the server as a proxy sends a whole URL. Source: RFC 9112, 3.2.2.
    private static func namesSameHost(_ target: String, _ host: String?) -> Bool {
        guard let first = target.utf8.first, first != UInt8(ascii: "/"), target != "*" else { return true }
        guard let schemeEnd = target.firstRange(of: "://") else { return false }
        let ports = ["http": 80, "https": 443]
        guard let port = ports[target[..<schemeEnd.lowerBound].lowercased()] else { return false }
        let authority = target[schemeEnd.upperBound...].prefix { !"/?#".contains($0) }
        guard let named = HostHeader(String(authority)), !named.name.isEmpty else { return false }
        guard let host else { return true }
        guard let other = HostHeader(host) else { return false }
        return named.name == other.name && named.port ?? port == other.port ?? port
    }

    mutating func brought(body count: Int) {
        bodyBytes += count
    }

    /// Notes that the request has ended. Returns whether the parser has stopped at the end of the request.
    mutating func ended() -> Bool {
        moved()
        isInRequest = false
        defer { stopsParser = false }
        return stopsParser
    }

    /// Notes that the parser has read `count` more bytes. Call this function after the parser has passed on every part
    /// that these bytes complete.
    mutating func parsed(_ count: Int) throws(Fault) {
        if hasMoved {
            hasMoved = false
            return
        }
        bytes += count
        // A chunk of one byte takes five more bytes for its frame.
        guard bytes - bodyBytes <= allowance + 16 * bodyBytes else { throw .tooManyBytes }
    }

    private mutating func moved() {
        hasMoved = true
        bytes = 0
        bodyBytes = 0
    }
}
