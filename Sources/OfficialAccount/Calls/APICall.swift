/// One call of the platform's API: where it is, what is sent, and what is answered.
///
/// A conforming type is the only place that knows the call's shapes. The server's table of calls, the cloud gateway, the quotas and the
/// SDK all read them from here. ``APICalls/all`` lists every call.
public protocol APICall: Sendable {
    /// What a client sends.
    associatedtype Request: CallRequest
    /// What the platform answers when it carries the call out. A refusal is ``CommandFailed`` for every call.
    associatedtype Response: CallAnswer

    /// Where the call is, who may make it, and what it counts for.
    static var endpoint: Endpoint { get }
}

/// What a client sends: it reads itself from a request, and writes itself as one.
public protocol CallRequest: Sendable, Hashable {
    /// Reads the request.
    ///
    /// - Parameters:
    ///   - query: gives the value of a query parameter by its name; nil if it is absent or empty.
    ///   - body: the body; a JSON `null` in it is an absent field.
    /// - Throws: what the body throws when it does not hold the fields.
    init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure)

    /// Names and values of the query, not yet escaped and without a token.
    var query: [(name: String, value: String)] { get }
    /// The body: JSON, or nothing for a call without one.
    var body: [UInt8] { get }
    /// The tag that the call is about; nil if it is about none.
    var tag: TagID? { get }
}

extension CallRequest {
    public var query: [(name: String, value: String)] { [] }
    public var body: [UInt8] { [] }
    public var tag: TagID? { nil }
}

/// The body of a request, as whoever received it can read it.
public protocol RequestBody {
    /// Why a body cannot be read.
    associatedtype Failure: Error

    /// Whether there is no byte in it.
    var isEmpty: Bool { get }
    /// The fields of the JSON object in it.
    func decode<Fields: Decodable>(_ type: Fields.Type) throws(Failure) -> Fields
    /// What `read` makes of the bytes.
    func withBytes<Result>(_ read: (UnsafeRawBufferPointer) -> Result) -> Result
}

/// A call without parameters.
public struct NoRequest: CallRequest {
    public init() {}

    public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {}
}
