import OfficialAccount

/// One call as it goes out: which API, with what.
public struct APICall: Sendable {
    public let endpoint: Endpoint
    /// Names and values, not yet escaped, without the token.
    public var query: [(name: String, value: String)]
    /// JSON; empty for a GET.
    public let body: [UInt8]

    public init(_ endpoint: Endpoint, query: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.endpoint = endpoint
        self.query = query
        self.body = body
    }
}

/// Carries calls to the platform, or to whoever answers as it does.
///
/// There is one for HTTPS, one for the cloud gateway, and a test can have its own.
public protocol Transport: Sendable {
    /// Sends the call once and returns the answer's bytes, whatever content type they have.
    ///
    /// Throws ``TransportFailure``, which says whether the call may have been carried out.
    func send(_ call: APICall) async throws(TransportFailure) -> [UInt8]
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
