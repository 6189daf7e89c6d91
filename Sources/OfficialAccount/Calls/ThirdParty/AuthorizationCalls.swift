// The calls that turn an account's authorisation into tokens.

/// A token of an account for a third-party platform.
public struct AuthorizerToken: CallAnswer, Hashable {
    public let token: String
    /// Seconds.
    public let expiresIn: Int
    public let refreshToken: String

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

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        token = try fields.decode(String.self, forKey: .token)
        expiresIn = try fields.decode(LenientNumber.self, forKey: .expiresIn).value
        refreshToken = (try? fields.decodeIfPresent(String.self, forKey: .refreshToken)) ?? ""
    }

    public func write(to json: inout JSONText) {
        json.object { write(to: &$0) }
    }

    fileprivate func write(to fields: inout JSONText.Fields) {
        fields.field(CodingKeys.token.rawValue, token)
        fields.field(CodingKeys.expiresIn.rawValue, expiresIn)
        fields.field(CodingKeys.refreshToken.rawValue, refreshToken)
    }
}

/// What an account has authorised: an object named `authorization_info`.
public struct AuthorizationInfo: CallAnswer, Hashable {
    public let authorizer: AppID
    /// Nil where no token is handed out.
    public let token: AuthorizerToken?
    public let refreshToken: String
    /// The permission sets that were granted.
    public let permissionSets: [Int]

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

    public init(from decoder: any Decoder) throws {
        let outer = try decoder.container(keyedBy: CodingKeys.self)
        let info = try outer.nestedContainer(keyedBy: InfoKeys.self, forKey: .info)
        authorizer = AppID(try info.decode(String.self, forKey: .authorizer))
        token = info.contains(.token) ? try outer.decode(AuthorizerToken.self, forKey: .info) : nil
        refreshToken = (try? info.decodeIfPresent(String.self, forKey: .refreshToken)) ?? ""
        let sets = try? info.decodeIfPresent(LenientArray<PermissionSet>.self, forKey: .permissionSets)
        permissionSets = sets?.elements.map(\.category.id) ?? []
    }

    public func write(to json: inout JSONText) {
        json.object { write(to: &$0) }
    }

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

/// Turns the authorization_code that the page gave into tokens.
///
/// Source: `doc/oplatform/openApi/ticket-token/api_getauthorizerrefreshtoken`.
public enum QueryAuth: APICall {
    public struct Request: ComponentRequest {
        public let componentAppID: String?
        /// Nil if it is missing.
        public let authorizationCode: String?

        public init(componentAppID: AppID, authorizationCode: String) {
            self.componentAppID = componentAppID.rawValue
            self.authorizationCode = authorizationCode
        }

        private enum CodingKeys: String, CodingKey {
            case componentAppID = "component_appid"
            case authorizationCode = "authorization_code"
        }
    }

    public typealias Response = AuthorizationInfo

    public static let endpoint = Endpoint(
        name: "getAuthorizerRefreshToken", method: .post, path: "/cgi-bin/component/api_query_auth", access: .component,
        isRepeatable: false, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/ticket-token/api_getauthorizerrefreshtoken")
}

/// Hands out a new token of an account for its refresh token.
///
/// Source: `doc/oplatform/openApi/ticket-token/api_getauthorizeraccesstoken`.
public enum GetAuthorizerAccessToken: APICall {
    public struct Request: AuthorizerRequest {
        public let componentAppID: String?
        public let authorizerAppID: String?
        /// Nil if it is missing.
        public let refreshToken: String?

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

    public typealias Response = AuthorizerToken

    public static let endpoint = Endpoint(
        name: "getAuthorizerAccessToken", method: .post, path: "/cgi-bin/component/api_authorizer_token",
        access: .component, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/ticket-token/api_getauthorizeraccesstoken")
}
