/// One call of the platform's API: its endpoint, its request and its answer.
///
/// The conforming type is the only description of its call. The server's table of calls, the cloud gateway, the quotas
/// and the SDK all use this description. ``APICalls/all`` lists every call.
///
/// The comment of a call names only the error codes that are specific to that call. Any call can also fail because of
/// the token, the caller's rights, the quota or the form of the body.
public protocol APICall: Sendable {
    /// The request that a client sends.
    associatedtype Request: CallRequest
    /// The answer of the platform to a call that succeeds.
    ///
    /// If the platform refuses a call, it answers ``CommandFailed``, whatever the call is.
    associatedtype Response: CallAnswer

    /// The path and the method of the call, the callers that may make it, and its quota.
    static var endpoint: Endpoint { get }
}

/// The parameters of a call.
///
/// On the server, the type reads the parameters from a request; in a client, it writes them into a request.
public protocol CallRequest: Sendable, Hashable {
    /// Reads the parameters from a received request.
    ///
    /// - Parameters:
    ///   - query: returns the value of the query parameter with a given name; nil if the parameter is absent or empty.
    ///   - body: the body of the request; a field with the JSON value `null` counts as absent.
    /// - Throws: the error of `body`, if ``RequestBody/decode(_:)`` throws.
    init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure)

    /// The names and the values of the query parameters, not escaped and without the token.
    var query: [(name: String, value: String)] { get }
    /// The bytes of the body: a JSON object, or nothing for a call without a body.
    var body: [UInt8] { get }
    /// The tag that the call is about; nil if the call is not about a single tag.
    var tag: TagID? { get }
}

extension CallRequest {
    /// No query parameters: the default for calls that send a body.
    public var query: [(name: String, value: String)] { [] }
    /// No body: the default for calls that send only a query.
    public var body: [UInt8] { [] }
    /// Nil: the default for calls that are not about a single tag.
    public var tag: TagID? { nil }
}

/// The body of a received request.
public protocol RequestBody {
    /// The error for a body that the receiver cannot read.
    associatedtype Failure: Error

    /// Whether the body is absent: it has no bytes, or holds nothing but the JSON `null`.
    var isEmpty: Bool { get }
    /// Decodes the JSON object in the body.
    ///
    /// - Parameter type: the type to decode.
    /// - Returns: the fields of the object.
    /// - Throws: `Failure` if the body is empty or is not a JSON object, or if `Fields` cannot be decoded from the
    ///   object.
    func decode<Fields: Decodable>(_ type: Fields.Type) throws(Failure) -> Fields
    /// Calls `read` with the bytes of the body, and returns its result.
    ///
    /// The bytes are valid only until `read` returns.
    func withBytes<Result>(_ read: (UnsafeRawBufferPointer) -> Result) -> Result
}

/// The request of a call without parameters: neither a query nor a body.
public struct NoRequest: CallRequest {
    /// Makes the request; it has no parameters.
    public init() {}

    /// Reads nothing: ignores query and body, and never throws.
    public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {}
}
