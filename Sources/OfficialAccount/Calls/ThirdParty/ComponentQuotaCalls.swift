// The calls with which a third-party platform resets counts of calls to zero.

/// Resets every count of a third-party platform or of one authorised account to zero, at most
/// ``Limits/resetsOfAllPerMonth`` times a month.
///
/// The server can refuse the call with ``ErrorCode/clearQuotaLimitReached``. If the request contains the appid of an
/// account, the server can also refuse the call with ``ErrorCode/invalidAppID`` or
/// ``ErrorCode/componentNotAuthorized``.
///
/// Source: `doc/oplatform/openApi/openapi/api_componentclearquota`.
public enum ClearComponentQuota: APICall {
    /// The request: `{"component_appid":"wx…"}`, with or without `appid`.
    public struct Request: ComponentRequest {
        /// The appid of the third-party platform, as the client sent it; nil if the field is missing.
        public let componentAppID: String?
        /// The appid of an authorised account whose counts the call resets; nil for the third-party platform's own
        /// counts.
        public let appID: String?

        /// Makes the request; `appID` is the account whose counts the call resets, or nil for the third-party
        /// platform's own counts.
        public init(componentAppID: AppID, appID: AppID? = nil) {
            self.componentAppID = componentAppID.rawValue
            self.appID = appID?.rawValue
        }

        private enum CodingKeys: String, CodingKey {
            case componentAppID = "component_appid"
            case appID = "appid"
        }
    }

    /// The answer: `{"errcode":0,"errmsg":"ok"}`.
    public typealias Response = CommandDone

    /// `POST /cgi-bin/component/clear_quota`, for a third-party platform.
    ///
    /// A repeated call uses up another reset.
    public static let endpoint = Endpoint(
        name: "clearComponentQuota", method: .post, path: "/cgi-bin/component/clear_quota", access: .component,
        isRepeatable: false, documentation: "doc/oplatform/openApi/openapi/api_componentclearquota")
}

/// Resets every count of a third-party platform or of one authorised account to zero, with the third-party platform's
/// secret instead of a token.
///
/// This call and ``ClearComponentQuota`` share ``Limits/resetsOfAllPerMonth`` resets a month. The server can refuse
/// this call with the same codes as ``ClearComponentQuota``, and also with ``ErrorCode/appSecretMissing``,
/// ``ErrorCode/invalidAppSecret`` or ``ErrorCode/invalidComponentType``.
///
/// Source: `doc/oplatform/openApi/openapi/api_componentclearquota_v2`.
public enum ClearComponentQuotaByAppSecret: APICall {
    /// The request: `{"component_appid":"wx…","appsecret":"…"}`, with or without `appid`.
    public struct Request: ComponentRequest {
        /// The appid of the third-party platform, as the client sent it; nil if the field is missing.
        public let componentAppID: String?
        /// The secret of the third-party platform; nil if the field is missing.
        public let secret: String?
        /// The appid of an authorised account whose counts the call resets; nil for the third-party platform's own
        /// counts.
        public let appID: String?

        /// Makes the request; `appID` is the account whose counts the call resets, or nil for the third-party
        /// platform's own counts.
        public init(componentAppID: AppID, secret: String, appID: AppID? = nil) {
            self.componentAppID = componentAppID.rawValue
            self.secret = secret
            self.appID = appID?.rawValue
        }

        private enum CodingKeys: String, CodingKey {
            case componentAppID = "component_appid"
            case secret = "appsecret"
            case appID = "appid"
        }

        /// Reads each field from the body, or from the query if the body does not have the field.
        ///
        /// ``ClearQuotaByAppSecret`` reads its fields in the same way.
        ///
        /// - Parameters:
        ///   - query: returns the value of the query parameter with a given name; nil if the parameter is absent or
        ///     empty.
        ///   - body: the body, which may be empty.
        /// - Throws: the error of `body`, if the body is not empty and cannot be decoded as this request.
        public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {
            let sent = body.isEmpty ? nil : try body.decode(Self.self)
            componentAppID = Self.told(sent?.componentAppID) ?? query(CodingKeys.componentAppID.rawValue)
            secret = Self.told(sent?.secret) ?? query(CodingKeys.secret.rawValue)
            appID = Self.told(sent?.appID) ?? query(CodingKeys.appID.rawValue)
        }
    }

    /// The answer: `{"errcode":0,"errmsg":"ok"}`.
    public typealias Response = CommandDone

    /// `POST /cgi-bin/component/clear_quota/v2`, with the secret of the third-party platform instead of a token.
    ///
    /// A repeated call uses up another reset.
    public static let endpoint = Endpoint(
        name: "clearComponentQuotaByAppSecret", method: .post, path: "/cgi-bin/component/clear_quota/v2",
        access: .credentials, isRepeatable: false,
        documentation: "doc/oplatform/openApi/openapi/api_componentclearquota_v2")
}
