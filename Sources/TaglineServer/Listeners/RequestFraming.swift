import NIOCore
import NIOHTTP1

/// Decides which bytes one connection may send in addition to its requests, and which requests it may send. It only
/// judges, without the connection.
///
/// The parser bounds heads and trailers. It does not bound what it passes over: blank lines before a request, and
/// extensions of chunks. Both add bytes without adding to a request, so this type counts the bytes.
struct RequestFraming {
    /// The reason why a connection ends.
    enum Fault: Error {
        /// More bytes have come than a head, or the frame of a body, can need.
        case tooManyBytes
        /// The method is CONNECT, which asks for a tunnel.
        case tunnel
        /// The header `Host` is wrong: missing in HTTP/1.1, sent twice, not a host, or another host than that of the
        /// target.
        case badHost
        /// The body has another transfer coding than chunked, or has one in HTTP/1.0, which does not know transfer
        /// codings.
        case unknownCoding
    }

    /// The state of the parser after a request.
    enum Ending {
        case parserGoesOn
        /// The request asks for another protocol, so the parser has stopped. A fresh one takes its place.
        case parserStops
        /// The request may ask for another protocol, and it is not known whether the parser has stopped. The connection
        /// ends after the answer.
        case unclear
    }

    /// The most bytes that may arrive without completing a request or a part of a body.
    private let allowance: Int
    /// The number of bytes since a request last began or ended.
    private var bytes = 0
    private var bodyBytes = 0
    private var hasMoved = false
    private var isInRequest = false
    /// The `Host` of the last request. A connection mostly sends the same one each time.
    private var lastHost: String?
    /// Whether the connection has received a part of a head, but not all of it.
    var hasHeadInPart: Bool { !isInRequest && bytes > 0 }
    /// The state of the parser after the request under way.
    private var ending = Ending.parserGoesOn

    init(headerBytes: Int) {
        allowance = headerBytes + 32 * 1024
    }

    /// Judges the head of a request. Allocates nothing for a head like the one before.
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
        // The parser would take `gzip, chunked` for `chunked`.
        guard fields.codings == 0 || fields.codings == 1 && fields.isChunked && head.version != .http1_0 else {
            throw .unknownCoding
        }
        ending = fields.ending
    }

    /// Returns whether `target` names the same host as `host`, if it names one at all.
    ///
    /// A client that takes the server for a proxy sends a whole URL. Source: RFC 9112, 3.2.2.
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

    /// Notes that the request has ended. Returns the state of the parser.
    mutating func ended() -> Ending {
        moved()
        isInRequest = false
        defer { ending = .parserGoesOn }
        return ending
    }

    /// Whether the connection ends after the answer to the request under way.
    var isLast: Bool { ending == .unclear }

    /// Notes that the parser has read `count` more bytes. The caller calls this after the parser has passed on every
    /// part that these bytes complete.
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

/// The header fields that decide how a request is framed, found in one pass.
private struct FramingFields {
    var hosts = 0
    var host: String?
    var codings = 0
    var isChunked = false
    private var hasUpgrade = false
    /// Whether a field may ask for an upgrade in a way that parsers understand differently.
    private var isUnclear = false
    /// Whether `Connection` lists `upgrade`.
    private var connectionUpgrades = false

    /// NIO's parser does not say whether it has stopped, so this must agree with it. It stops for an `Upgrade` with a
    /// value and a `Connection` that lists `upgrade`. Fields that a parser could read in another way are unclear.
    var ending: RequestFraming.Ending {
        guard hasUpgrade else { return .parserGoesOn }
        if isUnclear { return .unclear }
        return connectionUpgrades ? .parserStops : .parserGoesOn
    }

    init(_ headers: HTTPHeaders) {
        for (name, value) in headers {
            switch name.utf8.count {
            case 4 where name[...].isSame(as: "host"):
                hosts += 1
                host = value
            case 7 where name[...].isSame(as: "upgrade"):
                hasUpgrade = true
                isUnclear = isUnclear || value.isEmpty || value.utf8.contains { $0 < 0x21 }
            case 10 where name[...].isSame(as: "connection"):
                let options = value.split(separator: ",", omittingEmptySubsequences: false)
                connectionUpgrades = connectionUpgrades || options.contains { $0.isSame(as: "upgrade", trimming: true) }
                isUnclear = isUnclear || !options.allSatisfy { $0.isPlainOption }
            // The parser reads this field as `Connection`.
            case 16 where name[...].isSame(as: "proxy-connection"): isUnclear = true
            case 17 where name[...].isSame(as: "transfer-encoding"):
                codings += 1
                isChunked = value[...].isSame(as: "chunked")
            default: break
            }
        }
    }
}

extension Substring {
    /// Returns whether the text is `lowercase` in any case of letters.
    ///
    /// - Parameter trimming: whether to pass over blanks at both ends.
    fileprivate func isSame(as lowercase: StaticString, trimming: Bool = false) -> Bool {
        var bytes = utf8[...]
        if trimming {
            while let first = bytes.first, first == 32 || first == 9 { bytes = bytes.dropFirst() }
            while let last = bytes.last, last == 32 || last == 9 { bytes = bytes.dropLast() }
        }
        return lowercase.withUTF8Buffer { name in
            bytes.count == name.count && zip(bytes, name).allSatisfy { $0 | 0x20 == $1 }
        }
    }

    /// Whether the text is one option of `Connection`: letters, digits and hyphens, with at most one space before them.
    fileprivate var isPlainOption: Bool {
        let option = first == " " ? dropFirst() : self
        return !option.isEmpty
            && option.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
