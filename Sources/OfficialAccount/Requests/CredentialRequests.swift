/// The body of `stable_token`. Source: `doc/service/api/base/api_getstableaccesstoken`.
public struct StableTokenRequest: Decodable, Sendable {
    public let grantType: String?
    public let appID: String?
    public let secret: String?
    public let forceRefresh: Bool?

    enum CodingKeys: String, CodingKey {
        case grantType = "grant_type"
        case appID = "appid"
        case secret
        case forceRefresh = "force_refresh"
    }
}
