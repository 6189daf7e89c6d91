/// A request whose fields are in a JSON body.
public protocol JSONRequest: CallRequest, Codable {
    /// The request that the client means with an empty body; nil if the call needs a body.
    static var ofEmptyBody: Self? { get }
}

extension JSONRequest {
    /// Nil: by default, a call needs a body.
    public static var ofEmptyBody: Self? { nil }

    /// Reads the fields from the JSON object in `body`, and ignores the query.
    ///
    /// - Parameters:
    ///   - query: not used.
    ///   - body: the body of the request. An empty body means ``ofEmptyBody``, unless this is nil.
    /// - Throws: the error of `body`, if the body is not a JSON object that decodes as this request.
    public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {
        if body.isEmpty, let empty = Self.ofEmptyBody {
            self = empty
        } else {
            self = try body.decode(Self.self)
        }
    }

    /// The fields as a JSON object, in the alphabetical order of their names.
    public var body: [UInt8] {
        // Encoding cannot fail, because the fields are texts, numbers, truth values, and lists and objects of these.
        (try? SortedJSON.bytes(self)) ?? []
    }

    /// Returns `text`, or nil if `text` is empty.
    ///
    /// If the result is nil, a call that reads both body and query uses the value in the query.
    static func told(_ text: String?) -> String? {
        text.flatMap { $0.isEmpty ? nil : $0 }
    }
}
