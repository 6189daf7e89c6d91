/// Sets the remark of a follower.
///
/// Source: `doc/service/api/usermanage/userinfo/api_updateremark`.
public enum UpdateRemark: APICall {
    public struct Request: JSONRequest {
        /// The text as sent, which need not be an openid; nil if it is missing.
        public let openID: String?
        /// Up to 30 bytes of UTF-8. Empty takes the remark away; nil if it is missing.
        public let remark: String?

        public init(openID: OpenID, remark: String) {
            self.openID = "\(openID)"
            self.remark = remark
        }

        private enum CodingKeys: String, CodingKey {
            case openID = "openid"
            case remark
        }
    }

    public typealias Response = CommandDone

    public static let endpoint = Endpoint(
        name: "updateRemark", method: .post, path: "/cgi-bin/user/info/updateremark", access: .certifiedAccount,
        quota: .init(perDay: 10_000), documentation: "doc/service/api/usermanage/userinfo/api_updateremark")
}
