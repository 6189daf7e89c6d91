// The calls by which a third-party platform sets counts of calls to zero.

/// Sets every count of a third-party platform to zero, ten times a month.
///
/// Source: `doc/oplatform/openApi/openapi/api_componentclearquota`.
public enum ClearComponentQuota: APICall {
    public struct Request: ComponentRequest {
        public let componentAppID: String?
        /// An account that has authorised the platform, to set its counts to zero in place of the platform's; nil for the platform's.
        public let appID: String?

        public init(componentAppID: AppID, appID: AppID? = nil) {
            self.componentAppID = componentAppID.rawValue
            self.appID = appID?.rawValue
        }

        private enum CodingKeys: String, CodingKey {
            case componentAppID = "component_appid"
            case appID = "appid"
        }
    }

    public typealias Response = CommandDone

    public static let endpoint = Endpoint(
        name: "clearComponentQuota", method: .post, path: "/cgi-bin/component/clear_quota", access: .component,
        isRepeatable: false, documentation: "doc/oplatform/openApi/openapi/api_componentclearquota")
}

/// Sets every count of a third-party platform to zero, by its secret in place of a token. Shares its ten times a month with
/// ``ClearComponentQuota``.
///
/// Source: `doc/oplatform/openApi/openapi/api_componentclearquota_v2`.
public enum ClearComponentQuotaByAppSecret: APICall {
    public struct Request: ComponentRequest {
        public let componentAppID: String?
        /// Nil if it is missing.
        public let secret: String?
        /// An account that has authorised the platform, to set its counts to zero in place of the platform's; nil for the platform's.
        public let appID: String?

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

        /// What the body lacks is taken from the query, as for ``ClearQuotaByAppSecret``.
        public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {
            let sent = body.isEmpty ? nil : try body.decode(Self.self)
            componentAppID = Self.told(sent?.componentAppID) ?? query(CodingKeys.componentAppID.rawValue)
            secret = Self.told(sent?.secret) ?? query(CodingKeys.secret.rawValue)
            appID = Self.told(sent?.appID) ?? query(CodingKeys.appID.rawValue)
        }
    }

    public typealias Response = CommandDone

    public static let endpoint = Endpoint(
        name: "clearComponentQuotaByAppSecret", method: .post, path: "/cgi-bin/component/clear_quota/v2",
        access: .credentials, isRepeatable: false,
        documentation: "doc/oplatform/openApi/openapi/api_componentclearquota_v2")
}
