/// One call of the platform's API: its endpoint, its request and its answer.
///
/// A conforming type is the only place that knows the call's shapes. The server's table of calls, the cloud gateway,
/// the quotas and the SDK all read them from here. ``APICalls/all`` lists every call.
///
/// The comment of a call names only the error codes that are specific to that call. Codes about tokens, rights, quotas
/// and the form of a body can come from any call.
public protocol APICall: Sendable {
    /// The request that a client sends.
    associatedtype Request: CallRequest
    /// The answer of the platform when it carries the call out.
    ///
    /// A refusal of any call is ``CommandFailed``.
    associatedtype Response: CallAnswer

    /// The path and method of the call, its callers and its quota.
    static var endpoint: Endpoint { get }
}

/// The parameters of a call.
///
/// The type reads them from a request and writes them into one.
public protocol CallRequest: Sendable, Hashable {
    /// Reads the request.
    ///
    /// - Parameters:
    ///   - query: returns the value of a query parameter by its name; nil if it is absent or empty.
    ///   - body: the body; a JSON `null` in it is an absent field.
    /// - Throws: what `body` throws if it does not hold the fields.
    init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure)

    /// Names and values of the query parameters, unescaped and without a token.
    var query: [(name: String, value: String)] { get }
    /// The bytes of the body: a JSON object, or nothing for a call without a body.
    var body: [UInt8] { get }
    /// The tag that the call is about; nil if it is not about a tag.
    var tag: TagID? { get }
}

extension CallRequest {
    /// No query parameters: the default for calls that send a body.
    public var query: [(name: String, value: String)] { [] }
    /// No body: the default for calls that send only a query.
    public var body: [UInt8] { [] }
    /// Nil: the default for calls that are about no single tag.
    public var tag: TagID? { nil }
}

/// The body of a request, as its receiver can read it.
public protocol RequestBody {
    /// The error for a body that cannot be read.
    associatedtype Failure: Error

    /// Whether the body is absent: it has no bytes, or holds nothing but the JSON `null`.
    var isEmpty: Bool { get }
    /// Decodes the JSON object in the body.
    ///
    /// - Parameter type: the type to decode.
    /// - Returns: the fields of the object.
    /// - Throws: `Failure` if the body is empty, is not a JSON object, or does not hold the fields.
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
