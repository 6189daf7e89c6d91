// The calls about an account's blacklist.

/// Lists one page of the account's blacklist.
///
/// A page holds up to ``Limits/openIDsPerBlacklistPage`` openids. The server can refuse the cursor with
/// ``ErrorCode/invalidOpenID`` or ``ErrorCode/openIDOfAnotherAccount``.
///
/// Source: `doc/service/api/usermanage/userinfo/api_getblacklist`.
public enum GetBlacklist: APICall {
    /// The request: `{"begin_openid":"o…"}`.
    public struct Request: JSONRequest {
        /// The last openid of the previous page, as the client sent it.
        ///
        /// The text is nil or empty in a request for the first page. It need not be an openid.
        public let beginOpenID: String?

        /// Makes the request for the page that comes after `openID`; nil for the first page.
        public init(after openID: OpenID?) {
            self.init(from: openID.map { "\($0)" })
        }

        /// Makes the request for the page after `cursor`, the ``OpenIDPage/cursor`` of the previous page; nil for the
        /// first page.
        public init(from cursor: String?) {
            beginOpenID = cursor ?? ""
        }

        private enum CodingKeys: String, CodingKey { case beginOpenID = "begin_openid" }

        /// The request that an empty body means: the request for the first page.
        public static let ofEmptyBody: Request? = Request(after: nil)
    }

    /// The answer: one page, and the length of the whole blacklist.
    public typealias Response = OpenIDPage

    /// `POST /cgi-bin/tags/members/getblacklist`, for certified accounts.
    public static let endpoint = Endpoint(
        name: "getBlacklist", method: .post, path: "/cgi-bin/tags/members/getblacklist", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/userinfo/api_getblacklist")
}

/// A request that names followers to put on the blacklist or to take off it: `{"openid_list":["o…"]}`.
///
/// An older page of the documentation misspells the field as `opened_list`.
public struct BlacklistRequest: JSONRequest {
    /// The openids as the client sent them; nil if the list is missing.
    public let openIDList: OpenIDList?

    /// Makes the request for these followers, at most ``Limits/openIDsPerBlacklistCall``.
    public init(_ openIDs: [OpenID]) {
        openIDList = OpenIDList(openIDs)
    }

    private enum CodingKeys: String, CodingKey { case openIDList = "openid_list" }
}

/// Puts up to ``Limits/openIDsPerBlacklistCall`` followers on the blacklist.
///
/// Tagline changes all followers of a call or none of them. The followers keep their tags. The server can refuse the
/// call with ``ErrorCode/invalidOpenIDListSize``, ``ErrorCode/invalidOpenID``, ``ErrorCode/openIDOfAnotherAccount``,
/// ``ErrorCode/concurrentChange`` or ``ErrorCode/blacklistBusy``.
///
/// Source: `doc/service/api/usermanage/userinfo/api_batchblacklist`.
public enum BatchBlacklist: APICall {
    /// The request: `{"openid_list":["o…","o…"]}`.
    public typealias Request = BlacklistRequest
    /// The answer: `{"errcode":0,"errmsg":"ok"}`.
    public typealias Response = CommandDone

    /// `POST /cgi-bin/tags/members/batchblacklist`, for certified accounts.
    public static let endpoint = Endpoint(
        name: "batchBlacklist", method: .post, path: "/cgi-bin/tags/members/batchblacklist", access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/userinfo/api_batchblacklist")
}

/// Takes up to ``Limits/openIDsPerBlacklistCall`` followers off the blacklist.
///
/// Tagline changes all followers of a call or none of them. The server can refuse the call as it refuses
/// ``BatchBlacklist``.
///
/// Source: `doc/service/api/usermanage/userinfo/api_batchunblacklist`.
public enum BatchUnblacklist: APICall {
    /// The request: `{"openid_list":["o…","o…"]}`.
    public typealias Request = BlacklistRequest
    /// The answer: `{"errcode":0,"errmsg":"ok"}`.
    public typealias Response = CommandDone

    /// `POST /cgi-bin/tags/members/batchunblacklist`, for certified accounts.
    public static let endpoint = Endpoint(
        name: "batchUnblacklist", method: .post, path: "/cgi-bin/tags/members/batchunblacklist",
        access: .certifiedAccount,
        documentation: "doc/service/api/usermanage/userinfo/api_batchunblacklist")
}
