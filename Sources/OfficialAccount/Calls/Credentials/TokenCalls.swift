// The two calls that hand out an account's access_token.

/// A token that was issued, and how long it works.
public struct IssuedToken: CallAnswer, Hashable {
    public let token: String
    /// The seconds it has left. Of an answer that was read and does not say it: the usual lifetime.
    public let expiresIn: Int

    public init(token: String, expiresIn: Int) {
        self.token = token
        self.expiresIn = expiresIn
    }

    private enum CodingKeys: String, CodingKey {
        case token = "access_token"
        case expiresIn = "expires_in"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        token = try fields.decode(String.self, forKey: .token)
        guard !token.isEmpty else {
            throw DecodingError.dataCorruptedError(forKey: .token, in: fields, debugDescription: "the token is empty")
        }
        // A token that ends earlier is noticed by the call that is refused.
        expiresIn = (try? fields.decodeIfPresent(LenientNumber.self, forKey: .expiresIn))?.value ?? Limits.tokenSeconds
    }

    public func write(to json: inout JSONText) {
        json.object {
            $0.field("access_token", token)
            $0.field("expires_in", expiresIn)
        }
    }
}

/// Hands out a new access_token; the one before it ends.
///
/// Source: `doc/service/api/base/api_getaccesstoken`.
public enum GetAccessToken: APICall {
    public struct Request: CallRequest {
        /// `client_credential`; nil if it is missing.
        public let grantType: String?
        /// Nil if it is missing.
        public let appID: String?
        /// Nil if it is missing.
        public let secret: String?

        public init(appID: AppID, secret: String) {
            grantType = "client_credential"
            self.appID = appID.rawValue
            self.secret = secret
        }

        public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {
            grantType = query("grant_type")
            appID = query("appid")
            secret = query("secret")
        }

        public var query: [(name: String, value: String)] {
            [("grant_type", grantType), ("appid", appID), ("secret", secret)].compactMap { name, value in
                value.map { (name: name, value: $0) }
            }
        }
    }

    public typealias Response = IssuedToken

    public static let endpoint = Endpoint(
        name: "getAccessToken", method: .get, path: "/cgi-bin/token", access: .credentials,
        quota: .init(perDay: 2000), documentation: "doc/service/api/base/api_getaccesstoken")
}

/// Hands out the account's stable access_token, the same one until it nears its end.
///
/// Source: `doc/service/api/base/api_getstableaccesstoken`.
public enum GetStableAccessToken: APICall {
    public struct Request: JSONRequest {
        /// `client_credential`; nil if it is missing.
        public let grantType: String?
        /// Nil if it is missing.
        public let appID: String?
        /// Nil if it is missing.
        public let secret: String?
        /// Whether the present token is to end at once; nil for no.
        public let forceRefresh: Bool?

        public init(appID: AppID, secret: String, forceRefresh: Bool) {
            grantType = "client_credential"
            self.appID = appID.rawValue
            self.secret = secret
            self.forceRefresh = forceRefresh ? true : nil
        }

        private init() {
            (grantType, appID, secret, forceRefresh) = (nil, nil, nil, nil)
        }

        private enum CodingKeys: String, CodingKey {
            case grantType = "grant_type"
            case appID = "appid"
            case secret
            case forceRefresh = "force_refresh"
        }

        /// An empty body is one without an appid: the platform answers 41002 to parameters in the query.
        public static let ofEmptyBody: Request? = Request()
    }

    public typealias Response = IssuedToken

    public static let endpoint = Endpoint(
        name: "getStableAccessToken", method: .post, path: "/cgi-bin/stable_token", access: .credentials,
        quota: .init(perDay: 500_000, perMinute: 10_000),
        documentation: "doc/service/api/base/api_getstableaccesstoken")
}
