/// The body of any of the component calls; each looks at the members that are its own.
///
/// Source: the pages of the calls below `doc/oplatform/openApi/`. Members of other types than text are a format error.
public struct ComponentRequest: Decodable, Sendable {
    public let componentAppID: String?
    /// `component_appsecret`, or `component_secret` of `api_start_push_ticket`.
    public let secret: String?
    public let ticket: String?
    public let authorizationCode: String?
    public let authorizerAppID: String?
    public let refreshToken: String?
    public let optionName: String?
    public let optionValue: String?
    public let offset: Int?
    public let count: Int?

    enum CodingKeys: String, CodingKey {
        case componentAppID = "component_appid"
        case componentAppSecret = "component_appsecret"
        case componentSecret = "component_secret"
        case ticket = "component_verify_ticket"
        case authorizationCode = "authorization_code"
        case authorizerAppID = "authorizer_appid"
        case refreshToken = "authorizer_refresh_token"
        case optionName = "option_name"
        case optionValue = "option_value"
        case offset
        case count
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        componentAppID = try fields.decodeIfPresent(String.self, forKey: .componentAppID)
        let appSecret = try fields.decodeIfPresent(String.self, forKey: .componentAppSecret)
        secret = try appSecret ?? fields.decodeIfPresent(String.self, forKey: .componentSecret)
        ticket = try fields.decodeIfPresent(String.self, forKey: .ticket)
        authorizationCode = try fields.decodeIfPresent(String.self, forKey: .authorizationCode)
        authorizerAppID = try fields.decodeIfPresent(String.self, forKey: .authorizerAppID)
        refreshToken = try fields.decodeIfPresent(String.self, forKey: .refreshToken)
        optionName = try fields.decodeIfPresent(String.self, forKey: .optionName)
        optionValue = try fields.decodeIfPresent(String.self, forKey: .optionValue)
        offset = try fields.decodeIfPresent(Int.self, forKey: .offset)
        count = try fields.decodeIfPresent(Int.self, forKey: .count)
    }
}
