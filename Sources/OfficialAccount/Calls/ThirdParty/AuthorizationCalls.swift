// The calls with which a third-party platform gets tokens for the accounts that have authorised it.

/// A token for the calls that a third-party platform makes for an account, and a refresh token.
///
/// In JSON it is `{"authorizer_access_token":"…","expires_in":7200,"authorizer_refresh_token":"…"}`.
///
/// Source: `doc/oplatform/openApi/ticket-token/api_getauthorizeraccesstoken`.
public struct AuthorizerToken: CallAnswer, Hashable {
    /// The `authorizer_access_token`, a secret that the third-party platform sends instead of the account's
    /// `access_token`.
    public let token: String
    /// The number of seconds for which the token works, as the platform sent it.
    public let expiresIn: Int
    /// The `authorizer_refresh_token`, a secret that renews the token; empty if the answer omits it.
    public let refreshToken: String

    /// Makes the answer with a token that works for `expiresIn` seconds.
    public init(token: String, expiresIn: Int, refreshToken: String) {
        self.token = token
        self.expiresIn = expiresIn
        self.refreshToken = refreshToken
    }

    private enum CodingKeys: String, CodingKey {
        case token = "authorizer_access_token"
        case expiresIn = "expires_in"
        case refreshToken = "authorizer_refresh_token"
    }

    /// Reads the answer.
    ///
    /// - Parameter decoder: holds the answer's JSON.
    /// - Throws: `DecodingError` if `authorizer_access_token` is missing or not text, or `expires_in` is not a whole
    ///   number.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        token = try fields.decode(String.self, forKey: .token)
        expiresIn = try fields.decode(LenientNumber.self, forKey: .expiresIn).value
        refreshToken = (try? fields.decodeIfPresent(String.self, forKey: .refreshToken)) ?? ""
    }

    /// Writes the token, its lifetime and the refresh token as one object.
    public func write(to json: inout JSONText) {
        json.object { write(to: &$0) }
    }

    fileprivate func write(to fields: inout JSONText.Fields) {
        fields.field(CodingKeys.token.rawValue, token)
        fields.field(CodingKeys.expiresIn.rawValue, expiresIn)
        fields.field(CodingKeys.refreshToken.rawValue, refreshToken)
    }
}

/// The authorisation that an account has given to a third-party platform: an object named `authorization_info`.
///
/// Source: `doc/oplatform/openApi/ticket-token/api_getauthorizerrefreshtoken`.
public struct AuthorizationInfo: CallAnswer, Hashable {
    /// The appid of the account that has authorised the third-party platform.
    public let authorizer: AppID
    /// A token for the account; nil in the answer of ``GetAuthorizerInfo``, which contains no token.
    public let token: AuthorizerToken?
    /// The `authorizer_refresh_token`, a secret; empty if the answer omits it.
    ///
    /// If ``token`` is not nil, writing uses the refresh token in ``token`` and ignores this property.
    public let refreshToken: String
    /// The numbers of the permission sets that the account has granted, such as 2 for user management.
    ///
    /// The list does not say whether the account itself may make the calls of these sets. Reading leaves out entries
    /// without a number.
    public let permissionSets: [Int]

    /// Makes the answer about one authorisation.
    public init(authorizer: AppID, token: AuthorizerToken?, refreshToken: String, permissionSets: [Int]) {
        self.authorizer = authorizer
        self.token = token
        self.refreshToken = refreshToken
        self.permissionSets = permissionSets
    }

    private enum CodingKeys: String, CodingKey { case info = "authorization_info" }

    private enum InfoKeys: String, CodingKey {
        case authorizer = "authorizer_appid"
        case token = "authorizer_access_token"
        case refreshToken = "authorizer_refresh_token"
        case permissionSets = "func_info"
    }

    private struct PermissionSet: Codable, Sendable {
        struct Category: Codable, Sendable {
            let id: Int
        }

        let category: Category

        enum CodingKeys: String, CodingKey { case category = "funcscope_category" }
    }

    /// Reads the object `authorization_info`.
    ///
    /// - Parameter decoder: holds the JSON that contains the object.
    /// - Throws: `DecodingError` if the object or its `authorizer_appid` is missing, or if the object holds a malformed
    ///   token.
    public init(from decoder: any Decoder) throws {
        let outer = try decoder.container(keyedBy: CodingKeys.self)
        let info = try outer.nestedContainer(keyedBy: InfoKeys.self, forKey: .info)
        authorizer = AppID(try info.decode(String.self, forKey: .authorizer))
        token = info.contains(.token) ? try outer.decode(AuthorizerToken.self, forKey: .info) : nil
        refreshToken = (try? info.decodeIfPresent(String.self, forKey: .refreshToken)) ?? ""
        let sets = try? info.decodeIfPresent(LenientArray<PermissionSet>.self, forKey: .permissionSets)
        permissionSets = sets?.elements.map(\.category.id) ?? []
    }

    /// Writes an object with the field `authorization_info`.
    public func write(to json: inout JSONText) {
        json.object { write(to: &$0) }
    }

    /// Writes the field `authorization_info` into an object that may have other fields.
    func write(to fields: inout JSONText.Fields) {
        fields.field(CodingKeys.info.rawValue) { json in
            json.object { info in
                info.field(InfoKeys.authorizer.rawValue, authorizer.rawValue)
                if let token {
                    token.write(to: &info)
                } else {
                    info.field(InfoKeys.refreshToken.rawValue, refreshToken)
                }
                info.field(InfoKeys.permissionSets.rawValue) { json in
                    json.array(permissionSets) { id, json in
                        json.object { info in
                            info.field("funcscope_category") { json in json.object { $0.field("id", id) } }
                        }
                    }
                }
            }
        }
    }
}

/// Exchanges an `authorization_code` of the authorisation page for tokens.
///
/// A code works only once, so a client must not repeat the call. The server can refuse the call with
/// ``ErrorCode/authorizationCodeInvalid``, ``ErrorCode/authorizationCodeExpired`` or
/// ``ErrorCode/componentNotAuthorized``.
///
/// Source: `doc/oplatform/openApi/ticket-token/api_getauthorizerrefreshtoken`.
public enum QueryAuth: APICall {
    /// The request: `{"component_appid":"wx…","authorization_code":"…"}`.
    public struct Request: ComponentRequest {
        /// The appid of the third-party platform, as the client sent it; nil if the field is missing.
        public let componentAppID: String?
        /// The code from the authorisation page; nil if the field is missing.
        public let authorizationCode: String?

        /// Makes the request with which a third-party platform exchanges a code for tokens.
        public init(componentAppID: AppID, authorizationCode: String) {
            self.componentAppID = componentAppID.rawValue
            self.authorizationCode = authorizationCode
        }

        private enum CodingKeys: String, CodingKey {
            case componentAppID = "component_appid"
            case authorizationCode = "authorization_code"
        }
    }

    /// The answer: the account, its tokens, and the permission sets that the account has granted.
    public typealias Response = AuthorizationInfo

    /// `POST /cgi-bin/component/api_query_auth`, for a third-party platform; a repeated call fails.
    public static let endpoint = Endpoint(
        name: "getAuthorizerRefreshToken", method: .post, path: "/cgi-bin/component/api_query_auth", access: .component,
        isRepeatable: false, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/ticket-token/api_getauthorizerrefreshtoken")
}

/// Exchanges the refresh token of an account for a new token.
///
/// The server can refuse the call with ``ErrorCode/refreshTokenInvalid``, ``ErrorCode/invalidAppID`` or
/// ``ErrorCode/componentNotAuthorized``.
///
/// Source: `doc/oplatform/openApi/ticket-token/api_getauthorizeraccesstoken`.
public enum GetAuthorizerAccessToken: APICall {
    /// The request: `{"component_appid":"wx…","authorizer_appid":"wx…","authorizer_refresh_token":"…"}`.
    public struct Request: AuthorizerRequest {
        /// The appid of the third-party platform, as the client sent it; nil if the field is missing.
        public let componentAppID: String?
        /// The appid of the account, as the client sent it; nil if the field is missing.
        public let authorizerAppID: String?
        /// The `authorizer_refresh_token` of the account's last authorisation; nil if the field is missing.
        public let refreshToken: String?

        /// Makes the request of a third-party platform for a token of one account.
        public init(componentAppID: AppID, authorizerAppID: AppID, refreshToken: String) {
            self.componentAppID = componentAppID.rawValue
            self.authorizerAppID = authorizerAppID.rawValue
            self.refreshToken = refreshToken
        }

        private enum CodingKeys: String, CodingKey {
            case componentAppID = "component_appid"
            case authorizerAppID = "authorizer_appid"
            case refreshToken = "authorizer_refresh_token"
        }
    }

    /// The answer: the new token, and the refresh token.
    public typealias Response = AuthorizerToken

    /// `POST /cgi-bin/component/api_authorizer_token`, for a third-party platform.
    public static let endpoint = Endpoint(
        name: "getAuthorizerAccessToken", method: .post, path: "/cgi-bin/component/api_authorizer_token",
        access: .component, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/ticket-token/api_getauthorizeraccesstoken")
}
