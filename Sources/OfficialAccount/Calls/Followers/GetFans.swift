/// Gives a page of everyone who follows the account.
///
/// Source: `doc/service/api/usermanage/userinfo/api_getfans`.
public enum GetFans: APICall {
    public struct Request: CallRequest {
        /// The last openid of the page before, as sent; nil for the first page.
        public let nextOpenID: String?

        public init(after openID: OpenID?) {
            nextOpenID = openID.map { "\($0)" }
        }

        public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {
            nextOpenID = query("next_openid")
        }

        public var query: [(name: String, value: String)] {
            nextOpenID.map { [(name: "next_openid", value: $0)] } ?? []
        }
    }

    public typealias Response = OpenIDPage

    public static let endpoint = Endpoint(
        name: "getFans", method: .get, path: "/cgi-bin/user/get", access: .certifiedAccount,
        quota: .init(perDay: 500), documentation: "doc/service/api/usermanage/userinfo/api_getfans")
}
