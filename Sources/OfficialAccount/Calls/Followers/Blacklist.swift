// The calls about an account's blacklist.

/// Gives a page of the blacklist.
///
/// Source: `doc/service/api/usermanage/userinfo/api_getblacklist`.
public enum GetBlacklist: APICall {
    public struct Request: JSONRequest {
        /// The last openid of the page before, as sent. Nil or empty: from the start.
        public let beginOpenID: String?

        public init(after openID: OpenID?) {
            beginOpenID = openID.map { "\($0)" } ?? ""
        }

        private enum CodingKeys: String, CodingKey { case beginOpenID = "begin_openid" }

        /// The body holds nothing but the cursor, so an empty one asks for the first page.
        public static let ofEmptyBody: Request? = Request(after: nil)
    }

    public typealias Response = OpenIDPage

    public static let endpoint = Endpoint(
        name: "getBlacklist", method: .post, path: "/cgi-bin/tags/members/getblacklist", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/userinfo/api_getblacklist")
}

/// A request that names followers to put on the blacklist or to take off it. An older page misspells the field as `opened_list`.
public struct BlacklistRequest: JSONRequest {
    /// Nil if it is missing.
    public let openIDList: OpenIDList?

    public init(_ openIDs: [OpenID]) {
        openIDList = OpenIDList(openIDs)
    }

    private enum CodingKeys: String, CodingKey { case openIDList = "openid_list" }
}

/// Puts up to 20 followers on the blacklist, or none of them.
///
/// Source: `doc/service/api/usermanage/userinfo/api_batchblacklist`.
public enum BatchBlacklist: APICall {
    public typealias Request = BlacklistRequest
    public typealias Response = CommandDone

    public static let endpoint = Endpoint(
        name: "batchBlacklist", method: .post, path: "/cgi-bin/tags/members/batchblacklist", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/userinfo/api_batchblacklist")
}

/// Takes up to 20 followers off the blacklist, or none of them.
///
/// Source: `doc/service/api/usermanage/userinfo/api_batchunblacklist`.
public enum BatchUnblacklist: APICall {
    public typealias Request = BlacklistRequest
    public typealias Response = CommandDone

    public static let endpoint = Endpoint(
        name: "batchUnblacklist", method: .post, path: "/cgi-bin/tags/members/batchunblacklist",
        access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/userinfo/api_batchunblacklist")
}
