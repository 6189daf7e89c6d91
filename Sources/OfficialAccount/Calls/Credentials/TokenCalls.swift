// The two calls with which a client gets an account's access_token.

/// An access_token, and how long it works: `{"access_token":"82_…","expires_in":7200}`.
public struct IssuedToken: CallAnswer, Hashable {
    /// The text of the token, never empty.
    ///
    /// The token is a secret. The documentation asks clients to reserve space for 512 characters.
    public let token: String
    /// The number of seconds for which the token still works.
    ///
    /// If an answer omits the number, ``expiresIn`` is ``Limits/tokenSeconds``. The platform can send zero or a
    /// negative number.
    public let expiresIn: Int

    /// Makes the answer with a token that works for `expiresIn` seconds.
    public init(token: String, expiresIn: Int) {
        self.token = token
        self.expiresIn = expiresIn
    }

    private enum CodingKeys: String, CodingKey {
        case token = "access_token"
        case expiresIn = "expires_in"
    }

    /// Reads the answer.
    ///
    /// - Parameter decoder: holds the answer's JSON.
    /// - Throws: `DecodingError` if `access_token` is missing, empty or not text.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        token = try fields.decode(String.self, forKey: .token)
        guard !token.isEmpty else {
            throw DecodingError.dataCorruptedError(forKey: .token, in: fields, debugDescription: "the token is empty")
        }
        // If the token expires earlier than this number says, the platform refuses a call, and the client notices.
        expiresIn = (try? fields.decodeIfPresent(LenientNumber.self, forKey: .expiresIn))?.value ?? Limits.tokenSeconds
    }

    /// Writes `access_token` and `expires_in`.
    public func write(to json: inout JSONText) {
        json.object {
            $0.field("access_token", token)
            $0.field("expires_in", expiresIn)
        }
    }
}

/// Issues a new access_token, which replaces the previous one.
///
/// The platform lets the previous token work for up to five more minutes. The call does not change the tokens of
/// ``GetStableAccessToken``.
///
/// The server can refuse the call with ``ErrorCode/appIDMissing``, ``ErrorCode/appSecretMissing``,
/// ``ErrorCode/invalidGrantType``, ``ErrorCode/invalidAppID``, ``ErrorCode/invalidAppSecret``,
/// ``ErrorCode/addressNotAllowed`` or ``ErrorCode/secretFrozen``.
///
/// Source: `doc/service/api/base/api_getaccesstoken`.
public enum GetAccessToken: APICall {
    /// The request, in the query: `grant_type=client_credential&appid=…&secret=…`.
    public struct Request: CallRequest {
        /// The text `client_credential`, or another text that the client sent; nil if the parameter is missing.
        public let grantType: String?
        /// The text that the client sent as the appid, valid or not; nil if the parameter is missing.
        public let appID: String?
        /// The account's secret; nil if the parameter is missing.
        public let secret: String?

        /// Makes the request for an account and its secret.
        public init(appID: AppID, secret: String) {
            grantType = "client_credential"
            self.appID = appID.rawValue
            self.secret = secret
        }

        /// Reads the request from the query, and ignores the body.
        public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {
            grantType = query("grant_type")
            appID = query("appid")
            secret = query("secret")
        }

        /// The parameters `grant_type`, `appid` and `secret`, without those that are nil.
        public var query: [(name: String, value: String)] {
            [("grant_type", grantType), ("appid", appID), ("secret", secret)].compactMap { name, value in
                value.map { (name: name, value: $0) }
            }
        }
    }

    /// The answer: the new token and its lifetime.
    public typealias Response = IssuedToken

    /// `GET /cgi-bin/token`, with the account's secret instead of a token.
    public static let endpoint = Endpoint(
        name: "getAccessToken", method: .get, path: "/cgi-bin/token", access: .credentials,
        quota: .init(perDay: 2000), documentation: "doc/service/api/base/api_getaccesstoken")
}

/// Returns the account's stable access_token, which stays the same until shortly before it expires.
///
/// If a client makes the call in the last five minutes of a token, the platform issues a new token, and both tokens
/// work for five minutes. A forced refresh ends the present token at once. The platform allows only a few forced
/// refreshes a day, with some time between them. If a client forces refreshes more often, the platform answers with the
/// present token. The call does not change the tokens of ``GetAccessToken``.
///
/// The server can refuse the call as it refuses ``GetAccessToken``.
///
/// Source: `doc/service/api/base/api_getstableaccesstoken`.
public enum GetStableAccessToken: APICall {
    /// The request: `{"grant_type":"client_credential","appid":"wx…","secret":"…","force_refresh":true}`.
    public struct Request: JSONRequest {
        /// The text `client_credential`, or another text that the client sent; nil if the field is missing.
        public let grantType: String?
        /// The text that the client sent as the appid, valid or not; nil if the field is missing.
        public let appID: String?
        /// The account's secret; nil if the field is missing.
        public let secret: String?
        /// Whether the client forces a refresh; nil means no.
        public let forceRefresh: Bool?

        /// Makes the request for an account and its secret.
        ///
        /// If `forceRefresh` is false, the body leaves the field out.
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

        /// The request for an empty body: a request without an appid.
        ///
        /// The platform answers ``ErrorCode/appIDMissing`` to a client that sends the parameters in the query.
        public static let ofEmptyBody: Request? = Request()
    }

    /// The answer: the token, and the number of seconds for which it still works.
    public typealias Response = IssuedToken

    /// `POST /cgi-bin/stable_token`, with the account's secret instead of a token.
    public static let endpoint = Endpoint(
        name: "getStableAccessToken", method: .post, path: "/cgi-bin/stable_token", access: .credentials,
        quota: .init(perDay: 500_000, perMinute: 10_000),
        documentation: "doc/service/api/base/api_getstableaccesstoken")
}
