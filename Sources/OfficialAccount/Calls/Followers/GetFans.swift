/// Lists one page of all followers of the account.
///
/// A page holds up to ``Limits/openIDsPerPage`` openids. The server can refuse the cursor with
/// ``ErrorCode/invalidOpenID`` or ``ErrorCode/openIDOfAnotherAccount``. It can refuse the call with
/// ``ErrorCode/followerListBusy``.
///
/// Source: `doc/service/api/usermanage/userinfo/api_getfans`.
public enum GetFans: APICall {
    /// The request, in the query: `next_openid=o…`, or nothing for the first page.
    public struct Request: CallRequest {
        /// The last openid of the previous page, as the client sent it; nil for the first page.
        ///
        /// The text need not be an openid.
        public let nextOpenID: String?

        /// Makes the request for the page that comes after `openID`; nil for the first page.
        public init(after openID: OpenID?) {
            self.init(from: openID.map { "\($0)" })
        }

        /// Makes the request for the page after `cursor`, the ``OpenIDPage/cursor`` of the previous page; nil for the
        /// first page.
        public init(from cursor: String?) {
            nextOpenID = cursor
        }

        /// Reads `next_openid` from the query, and ignores the body.
        public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {
            nextOpenID = query("next_openid")
        }

        /// The parameter `next_openid`; empty for the first page.
        public var query: [(name: String, value: String)] {
            nextOpenID.map { [(name: "next_openid", value: $0)] } ?? []
        }
    }

    /// The answer: one page, and the number of all followers.
    public typealias Response = OpenIDPage

    /// `GET /cgi-bin/user/get`, for certified accounts.
    public static let endpoint = Endpoint(
        name: "getFans", method: .get, path: "/cgi-bin/user/get", access: .certifiedAccount,
        quota: .init(perDay: 500), documentation: "doc/service/api/usermanage/userinfo/api_getfans")
}
