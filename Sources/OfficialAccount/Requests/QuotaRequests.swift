/// The bodies of the quota calls: each names what it is about.
///
/// Source: `doc/service/api/apimanage/api_getapiquota`, `api_clearquota`, `api_clearquotabyappsecret`, `api_clearapiquota`.
public struct QuotaRequest: Decodable, Sendable {
    /// A path with its leading slash and without a host.
    public let path: String?
    public let appID: String?
    public let secret: String?

    enum CodingKeys: String, CodingKey {
        case path = "cgi_path"
        case appID = "appid"
        case secret = "appsecret"
    }
}
