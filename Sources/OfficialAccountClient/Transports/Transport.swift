public import OfficialAccount

/// A call that a transport sends.
///
/// The query of a call holds the token, and the body of a token call holds the secret. Do not log a query or a body.
public struct OutgoingCall: Sendable {
    /// The API that the call is made to.
    public let endpoint: Endpoint
    /// The names and values of the query, not yet escaped.
    ///
    /// When the client hands the call to a ``Transport``, the query includes the token.
    public var query: [(name: String, value: String)]
    /// The body as JSON in UTF-8, or no bytes for a call without a body.
    public let body: [UInt8]
    /// The tag in the body; nil if the body holds no tag.
    let tag: TagID?

    /// Creates a call, for example to test a transport.
    ///
    /// - Parameters:
    ///   - endpoint: the API that the call is made to.
    ///   - query: the names and values of the query, not yet escaped.
    ///   - body: the body as JSON in UTF-8, or no bytes for a call without a body.
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
    /// The path and the escaped query, as an HTTP request has them.
    ///
    /// The text includes the token if ``query`` includes the token.
    public var target: String {
        guard !query.isEmpty else { return endpoint.path }
        return endpoint.path + "?" + query.map { "\($0)=\(Self.escaped($1))" }.joined(separator: "&")
    }

    /// Returns the text with `%XX` for every byte that is not a letter, a digit or one of `-._~`.
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

/// Sends calls to the platform, or to a server that answers as the platform does.
///
/// ``HTTPTransport`` sends calls over HTTP and HTTPS. A transport of your own can wrap another transport, to count
/// or record calls. A transport for a test can return answers that the test chooses.
public protocol Transport: Sendable {
    /// Sends the call once, and returns the bytes of the answer.
    ///
    /// Do not retry: the client decides about retries.
    ///
    /// - Parameter call: the call, with the token in its query.
    /// - Returns: the body of the answer, of any content type.
    /// - Throws: ``TransportFailure`` if no answer comes. The failure says whether the platform may have carried
    ///   out the call.
    func send(_ call: OutgoingCall) async throws(TransportFailure) -> [UInt8]
}

/// The reason why a call got no answer.
public struct TransportFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// A description of the failure in a sentence without secrets.
    public let reason: String
    /// Whether the platform may have received the call and carried it out.
    ///
    /// False only if the call certainly did not reach the platform.
    public let mayHaveBeenApplied: Bool

    /// Creates a failure.
    ///
    /// - Parameters:
    ///   - reason: a description of the failure in a sentence without secrets.
    ///   - mayHaveBeenApplied: false only if the call certainly did not reach the platform.
    public init(_ reason: String, mayHaveBeenApplied: Bool) {
        self.reason = reason
        self.mayHaveBeenApplied = mayHaveBeenApplied
    }

    /// A description of the failure in a sentence without secrets.
    public var description: String { reason }
}
