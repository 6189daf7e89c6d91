/// Sets the remark of a follower.
///
/// The server can refuse the call with ``ErrorCode/invalidRemark``, ``ErrorCode/invalidOpenID``,
/// ``ErrorCode/openIDOfAnotherAccount`` or ``ErrorCode/requireSubscribe``.
///
/// Source: `doc/service/api/usermanage/userinfo/api_updateremark`.
public enum UpdateRemark: APICall {
    /// The request: `{"openid":"o…","remark":"…"}`.
    public struct Request: JSONRequest {
        /// The text that the client sent as the openid, valid or not; nil if the field is missing.
        public let openID: String?
        /// The remark, at most ``Limits/remarkBytes`` bytes of UTF-8; nil if the field is missing.
        ///
        /// An empty remark removes the present one.
        public let remark: String?

        /// Makes the request for one follower; an empty `remark` removes the present one.
        public init(openID: OpenID, remark: String) {
            self.openID = "\(openID)"
            self.remark = remark
        }

        private enum CodingKeys: String, CodingKey {
            case openID = "openid"
            case remark
        }
    }

    /// The answer: `{"errcode":0,"errmsg":"ok"}`.
    public typealias Response = CommandDone

    /// `POST /cgi-bin/user/info/updateremark`, for certified accounts.
    public static let endpoint = Endpoint(
        name: "updateRemark", method: .post, path: "/cgi-bin/user/info/updateremark", access: .certifiedAccount,
        quota: .init(perDay: 10_000), documentation: "doc/service/api/usermanage/userinfo/api_updateremark")
}
