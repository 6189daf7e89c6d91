// The calls about an account's options. Each has a path of today and an older one.

/// A request about one option of an account.
public struct OptionRequest: AuthorizerRequest {
    public let componentAppID: String?
    public let authorizerAppID: String?
    /// Such as `voice_recognize`; nil if it is missing.
    public let name: String?
    /// What to set it to; nil if it is missing.
    public let value: String?

    public init(componentAppID: AppID, authorizerAppID: AppID, name: String, value: String? = nil) {
        self.componentAppID = componentAppID.rawValue
        self.authorizerAppID = authorizerAppID.rawValue
        self.name = name
        self.value = value
    }

    private enum CodingKeys: String, CodingKey {
        case componentAppID = "component_appid"
        case authorizerAppID = "authorizer_appid"
        case name = "option_name"
        case value = "option_value"
    }
}

/// The value of one option of an account.
public struct AuthorizerOption: CallAnswer, Hashable {
    public let authorizer: AppID
    public let name: String
    public let value: String

    public init(authorizer: AppID, name: String, value: String) {
        self.authorizer = authorizer
        self.name = name
        self.value = value
    }

    private enum CodingKeys: String, CodingKey {
        case authorizer = "authorizer_appid"
        case name = "option_name"
        case value = "option_value"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        authorizer = AppID((try? fields.decodeIfPresent(String.self, forKey: .authorizer)) ?? "")
        name = try fields.decode(String.self, forKey: .name)
        value = try fields.decode(LenientText.self, forKey: .value).value
    }

    public func write(to json: inout JSONText) {
        json.object {
            $0.field(CodingKeys.authorizer.rawValue, authorizer.rawValue)
            $0.field(CodingKeys.name.rawValue, name)
            $0.field(CodingKeys.value.rawValue, value)
        }
    }
}

/// Sets an option of an account.
///
/// Source: `doc/oplatform/openApi/authorization-management/api_setauthorizeroptioninfo`.
public enum SetAuthorizerOption: APICall {
    public typealias Request = OptionRequest
    public typealias Response = CommandDone

    public static let endpoint = Endpoint(
        name: "setAuthorizerOptionInfo", method: .post, path: "/cgi-bin/component/set_authorizer_option",
        access: .componentOrAuthorizer, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/authorization-management/api_setauthorizeroptioninfo")
}

/// Tells an option of an account.
///
/// Source: `doc/oplatform/openApi/authorization-management/api_getauthorizeroptioninfo`.
public enum GetAuthorizerOption: APICall {
    public typealias Request = OptionRequest
    public typealias Response = AuthorizerOption

    public static let endpoint = Endpoint(
        name: "getAuthorizerOptionInfo", method: .post, path: "/cgi-bin/component/get_authorizer_option",
        access: .componentOrAuthorizer, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/authorization-management/api_getauthorizeroptioninfo")
}

/// Sets an option of an account, at the older path.
///
/// Source: `doc/oplatform/openApi/authorization-management/api_setauthorizeroptioninfo`.
public enum SetAuthorizerOptionAtOlderPath: APICall {
    public typealias Request = OptionRequest
    public typealias Response = CommandDone

    public static let endpoint = Endpoint(
        name: "setAuthorizerOption", method: .post, path: "/cgi-bin/component/api_set_authorizer_option",
        access: .component, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/authorization-management/api_setauthorizeroptioninfo")
}

/// Tells an option of an account, at the older path.
///
/// Source: `doc/oplatform/openApi/authorization-management/api_getauthorizeroptioninfo`.
public enum GetAuthorizerOptionAtOlderPath: APICall {
    public typealias Request = OptionRequest
    public typealias Response = AuthorizerOption

    public static let endpoint = Endpoint(
        name: "getAuthorizerOption", method: .post, path: "/cgi-bin/component/api_get_authorizer_option",
        access: .component, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/authorization-management/api_getauthorizeroptioninfo")
}
