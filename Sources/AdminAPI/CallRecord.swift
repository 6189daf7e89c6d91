/// One call of the API as the journal shows it.
///
/// The journal masks secrets, tokens and tickets.
public struct CallRecord: Codable, Sendable, Hashable {
    /// The kind of caller that made a call.
    public enum Via: String, Codable, Sendable, CaseIterable {
        /// The account itself, which calls with its own token or secret.
        case account
        /// A third-party platform, which calls on behalf of the account or for itself.
        case platform
        /// A program on the server's machine, which calls through the cloud gateway.
        case cloud
    }

    /// The number of the call among the calls of this server, from 1.
    public var number: Int
    /// The time at which the call arrived, in Unix seconds of the server's clock.
    public var time: Int64
    /// The appid of the account; nil if the call named no known account.
    public var account: String?
    /// The kind of caller that made the call.
    public var via: Via
    /// The component_appid of the third-party platform; nil if no third-party platform made the call.
    public var platform: String?
    /// The HTTP method, such as `POST`.
    public var method: String
    /// The path from the leading slash, without a query.
    public var path: String
    /// The id of the tag that the call names; nil if the call names no tag.
    public var tag: Int?
    /// The number of openids that the call names; nil if the journal keeps no content of the call.
    public var openIDCount: Int?
    /// The openids that the call names, in the order sent; nil if the journal keeps no content of the call.
    public var openIDs: [String]?
    /// The errcode of the answer; 0 for a successful call.
    public var errcode: Int
    /// Why the server refused the call, in a sentence; nil for a successful call.
    public var reason: String?
    /// The rid of the answer; nil if the answer has no rid.
    public var rid: String?
    /// The time from the arrival of the request's head to the answer, in milliseconds.
    public var milliseconds: Double
    /// The caller's address as text; nil if the address is not known.
    public var address: String?
    /// The header `User-Agent`; nil if the request has no such header.
    public var userAgent: String?
    /// The header `traceparent`; nil if the request has no such header.
    public var traceparent: String?
    /// The name of the fault rule that fired; nil if no rule fired.
    public var fault: String?
    /// The query without the question mark; nil if the journal keeps no content of the call.
    public var query: String?
    /// The body of the request; nil if the journal keeps no content of the call.
    public var request: String?
    /// The body of the answer; nil if the journal keeps no content of the call.
    public var answer: String?
    /// True if the journal keeps only the beginning of a body; nil if it keeps both bodies whole.
    public var isCut: Bool?

    enum CodingKeys: String, CodingKey {
        case number, time, account, via, platform, method, path, tag
        case openIDCount = "openid_count"
        case openIDs = "openids"
        case errcode, reason, rid
        case milliseconds = "duration_ms"
        case address
        case userAgent = "user_agent"
        case traceparent, fault, query, request, answer
        case isCut = "cut"
    }

    /// Makes a record without the content of the call.
    public init(
        number: Int, time: Int64, via: Via, method: String, path: String, errcode: Int, milliseconds: Double
    ) {
        self.number = number
        self.time = time
        self.via = via
        self.method = method
        self.path = path
        self.errcode = errcode
        self.milliseconds = milliseconds
    }
}

/// Some of the calls in the journal, oldest first.
public struct CallPage: Codable, Sendable, Hashable {
    /// The records of the calls.
    public var calls: [CallRecord]
    /// The number of the last call that the server looked at for this page.
    ///
    /// To get the next page, pass this number as `after`.
    public var last: Int
    /// False if the request waited for calls, and the wait ended before enough calls had arrived; otherwise true.
    public var complete: Bool
    /// The number of calls that the request asks for, but that the journal has forgotten.
    public var missed: Int

    /// Makes a page.
    public init(calls: [CallRecord], last: Int, complete: Bool, missed: Int) {
        self.calls = calls
        self.last = last
        self.complete = complete
        self.missed = missed
    }
}

/// A named place in the journal.
public struct CallMark: Codable, Sendable, Hashable {
    /// The name of the mark.
    public var name: String
    /// The number of the last call before the mark; 0 if there is no call before the mark.
    public var after: Int

    /// Makes a mark.
    public init(name: String, after: Int) {
        self.name = name
        self.after = after
    }
}
