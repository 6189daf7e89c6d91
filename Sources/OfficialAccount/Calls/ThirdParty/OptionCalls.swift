// The calls about an account's options. The platform offers each call at a current path and at an older path.

/// A request about one option of an account.
///
/// In JSON it is
/// `{"component_appid":"wx…","authorizer_appid":"wx…","option_name":"voice_recognize","option_value":"1"}`.
///
/// Source: `doc/oplatform/openApi/authorization-management/api_setauthorizeroptioninfo`.
public struct OptionRequest: AuthorizerRequest {
    /// The appid of the third-party platform, as the client sent it; nil if the field is missing.
    ///
    /// A call with the account's `authorizer_access_token` does not need this field.
    public let componentAppID: String?
    /// The appid of the account, as the client sent it; nil if the field is missing.
    ///
    /// A call with the account's `authorizer_access_token` does not need this field.
    public let authorizerAppID: String?
    /// The option: `location_report`, `voice_recognize` or `customer_service`; nil if the field is missing.
    public let name: String?
    /// The value to set, such as the text `1`; nil if the field is missing.
    ///
    /// A request for the present value does not have this field.
    public let value: String?

    /// Makes the request; `value` is nil to ask for the present value.
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
///
/// In JSON it is `{"authorizer_appid":"wx…","option_name":"voice_recognize","option_value":"1"}`.
///
/// Source: `doc/oplatform/openApi/authorization-management/api_getauthorizeroptioninfo`.
public struct AuthorizerOption: CallAnswer, Hashable {
    /// The appid of the account; empty if the answer omits the field.
    public let authorizer: AppID
    /// The name of the option, such as `voice_recognize`.
    public let name: String
    /// The value of the option as text, such as `1`.
    public let value: String

    /// Makes the answer about one option.
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

    /// Reads the answer; if the value is a number, reading turns the number into text.
    ///
    /// - Parameter decoder: holds the answer's JSON.
    /// - Throws: `DecodingError` if `option_name` is not text, or if `option_value` is neither text nor a whole number.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        authorizer = AppID((try? fields.decodeIfPresent(String.self, forKey: .authorizer)) ?? "")
        name = try fields.decode(String.self, forKey: .name)
        value = try fields.decode(LenientText.self, forKey: .value).value
    }

    /// Writes the appid, the name and the value as one object.
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
/// The server can refuse the call with ``ErrorCode/dataFormatError`` for an unknown option or value, and with
/// ``ErrorCode/invalidAppID`` or ``ErrorCode/componentNotAuthorized`` because of the account.
///
/// Source: `doc/oplatform/openApi/authorization-management/api_setauthorizeroptioninfo`.
public enum SetAuthorizerOption: APICall {
    /// The request: the option and the value to set.
    public typealias Request = OptionRequest
    /// The answer: `{"errcode":0,"errmsg":"ok"}`.
    public typealias Response = CommandDone

    /// `POST /cgi-bin/component/set_authorizer_option`, for a third-party platform, with its own token or the
    /// account's.
    public static let endpoint = Endpoint(
        name: "setAuthorizerOptionInfo", method: .post, path: "/cgi-bin/component/set_authorizer_option",
        access: .componentOrAuthorizer, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/authorization-management/api_setauthorizeroptioninfo")
}

/// Returns the value of an option of an account.
///
/// The server can refuse the call with the same codes as ``SetAuthorizerOption``.
///
/// Source: `doc/oplatform/openApi/authorization-management/api_getauthorizeroptioninfo`.
public enum GetAuthorizerOption: APICall {
    /// The request: the option, without a value.
    public typealias Request = OptionRequest
    /// The answer: the option and its value.
    public typealias Response = AuthorizerOption

    /// `POST /cgi-bin/component/get_authorizer_option`, for a third-party platform, with its own token or the
    /// account's.
    public static let endpoint = Endpoint(
        name: "getAuthorizerOptionInfo", method: .post, path: "/cgi-bin/component/get_authorizer_option",
        access: .componentOrAuthorizer, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/authorization-management/api_getauthorizeroptioninfo")
}

/// Sets an option of an account, at the older path; see ``SetAuthorizerOption``.
///
/// Source: `doc/oplatform/openApi/authorization-management/api_setauthorizeroptioninfo`.
public enum SetAuthorizerOptionAtOlderPath: APICall {
    /// The request: the option and the value to set.
    public typealias Request = OptionRequest
    /// The answer: `{"errcode":0,"errmsg":"ok"}`.
    public typealias Response = CommandDone

    /// `POST /cgi-bin/component/api_set_authorizer_option`, for a third-party platform.
    public static let endpoint = Endpoint(
        name: "setAuthorizerOption", method: .post, path: "/cgi-bin/component/api_set_authorizer_option",
        access: .component, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/authorization-management/api_setauthorizeroptioninfo")
}

/// Returns the value of an option of an account, at the older path; see ``GetAuthorizerOption``.
///
/// Source: `doc/oplatform/openApi/authorization-management/api_getauthorizeroptioninfo`.
public enum GetAuthorizerOptionAtOlderPath: APICall {
    /// The request: the option, without a value.
    public typealias Request = OptionRequest
    /// The answer: the option and its value.
    public typealias Response = AuthorizerOption

    /// `POST /cgi-bin/component/api_get_authorizer_option`, for a third-party platform.
    public static let endpoint = Endpoint(
        name: "getAuthorizerOption", method: .post, path: "/cgi-bin/component/api_get_authorizer_option",
        access: .component, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/authorization-management/api_getauthorizeroptioninfo")
}
