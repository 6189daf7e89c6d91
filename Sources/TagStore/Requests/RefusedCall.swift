public import OfficialAccount

/// A call that the server answered with an error, as `openapi/rid/get` reports the call.
public struct RefusedCall: Sendable, Hashable {
    /// The rid of the answer, three groups of eight hexadecimal digits.
    public let rid: String
    public let appID: AppID
    public let time: UnixTime
    public let milliseconds: Int
    /// The query, with tokens and secrets masked.
    public let query: String
    /// The body, cut to a few thousand bytes.
    public let requestBody: String
    public let answer: String
    /// The caller's address as text; empty if the address is not known.
    public let address: String

    public init(
        rid: String, appID: AppID, time: UnixTime, milliseconds: Int, query: String, requestBody: String,
        answer: String,
        address: String
    ) {
        self.rid = rid
        self.appID = appID
        self.time = time
        self.milliseconds = milliseconds
        self.query = query
        self.requestBody = requestBody
        self.answer = answer
        self.address = address
    }
}
