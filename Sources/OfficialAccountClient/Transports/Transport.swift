import OfficialAccount

/// One call as it goes out: which API, with what.
public struct OutgoingCall: Sendable {
    public let endpoint: Endpoint
    /// Names and values, not yet escaped, without the token.
    public var query: [(name: String, value: String)]
    /// JSON; empty for a GET.
    public let body: [UInt8]
    /// The tag that the body names.
    let tag: TagID?

    public init(_ endpoint: Endpoint, query: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.init(endpoint, query: query, body: body, tag: nil)
    }

    init(_ endpoint: Endpoint, query: [(name: String, value: String)] = [], body: [UInt8], tag: TagID?) {
        self.endpoint = endpoint
        self.query = query
        self.body = body
        self.tag = tag
    }

    init<Call: APICall>(_ call: Call.Type, _ request: Call.Request) {
        self.init(Call.endpoint, query: request.query, body: request.body, tag: request.tag)
    }
}

extension OutgoingCall {
    /// Path and query, as they stand in a request.
    public var target: String {
        guard !query.isEmpty else { return endpoint.path }
        return endpoint.path + "?" + query.map { "\($0)=\(Self.escaped($1))" }.joined(separator: "&")
    }

    /// Everything but letters, digits and `-._~` as `%XX`.
    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Carries calls to the platform, or to whoever answers as it does.
///
/// There is one for HTTP and HTTPS, ``HTTPTransport``, which also goes to the cloud gateway. A test can have its own.
public protocol Transport: Sendable {
    /// Sends the call once and returns the answer's bytes, whatever content type they have.
    ///
    /// Throws ``TransportFailure``, which says whether the call may have been carried out.
    func send(_ call: OutgoingCall) async throws(TransportFailure) -> [UInt8]
}

/// Why there is no answer.
public struct TransportFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What happened, in a sentence without secrets.
    public let reason: String
    /// Whether the call may have reached the other side and been carried out. False only if it certainly did not.
    public let mayHaveBeenApplied: Bool

    public init(_ reason: String, mayHaveBeenApplied: Bool) {
        self.reason = reason
        self.mayHaveBeenApplied = mayHaveBeenApplied
    }

    public var description: String { reason }
}
