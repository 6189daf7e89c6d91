/// One API of the platform: where it is, how it is called, who may call it, and how often.
public struct Endpoint: Sendable, Hashable {
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    /// Who may call.
    public enum Access: Sendable {
        /// Anyone: the call itself brings the appid and the secret.
        case credentials
        /// Any account, by access_token.
        case account
        /// A certified account, by access_token. Others are answered 48001.
        case certifiedAccount
        /// Any account by access_token, or a third-party platform about itself by component_access_token.
        case accountOrComponent
        /// A third-party platform, by component_access_token.
        case component
        /// A third-party platform, by component_access_token, or by the authorizer_access_token of the account that the call is about.
        case componentOrAuthorizer
    }

    /// How often an account or a third-party platform may make a call, as the platform documents it.
    public struct Quota: Sendable, Hashable {
        /// Calls from midnight to midnight, UTC+8; nil for no limit.
        public var perDay: Int?
        /// Calls a minute; nil for no limit.
        public var perMinute: Int?

        public init(perDay: Int? = nil, perMinute: Int? = nil) {
            self.perDay = perDay
            self.perMinute = perMinute
        }
    }

    /// The permission sets of which a third-party platform needs one for calls about tags and followers: user management, and one that the
    /// documentation names without a meaning.
    public static let userManagement: Set<Int> = [2, 100]

    /// The API's own name in the documentation, such as `batchTagging`.
    public let name: String
    public let method: Method
    /// From the leading slash, with no query: `/cgi-bin/tags/members/batchtagging`.
    public let path: String
    public let access: Access
    /// The permission sets of which a third-party platform needs one to make the call for an account. Empty: it needs none.
    public let permissionSets: Set<Int>
    /// The name that the platform's cloud SDK has for the call, such as `officialAccount.tags.batchTagging`; nil if it has none.
    public let cloudName: String?
    /// Whether making the call twice does no more than making it once.
    public let isRepeatable: Bool
    /// How often the call may be made, as the platform documents it.
    public let quota: Quota
    /// The page of the platform's documentation, below `developers.weixin.qq.com/`.
    public let documentation: String

    /// - Parameter permissionSets: nil for those that the access implies: ``userManagement`` for calls of certified accounts, none for others.
    init(
        name: String, method: Method, path: String, access: Access, permissionSets: Set<Int>? = nil,
        cloudName: String? = nil, isRepeatable: Bool = true, quota: Quota = Quota(), documentation: String
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.access = access
        self.permissionSets = permissionSets ?? (access == .certifiedAccount ? Self.userManagement : [])
        self.cloudName = cloudName
        self.isRepeatable = isRepeatable
        self.quota = quota
        self.documentation = documentation
    }

    /// Whether calls are counted for the third-party platform that makes them. All others are counted for the account.
    public var isOfComponent: Bool { path.hasPrefix("/cgi-bin/component/") }

    /// Every API that this package knows.
    public static let all = APICalls.all.map { $0.endpoint }
}
