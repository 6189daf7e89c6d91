/// One API of the platform: its path and method, the callers that may use it, and its quota.
public struct Endpoint: Sendable, Hashable {
    /// The HTTP method of a call.
    ///
    /// The platform refuses any other method with ``ErrorCode/requireGET`` or ``ErrorCode/requirePOST``.
    public enum Method: String, Sendable {
        /// The call sends its parameters, if it has any, in the query.
        case get = "GET"
        /// The call sends its parameters as JSON in the body.
        case post = "POST"
    }

    /// The callers that may make a call, and the token that they send.
    public enum Access: Sendable {
        /// Any caller, without a token: the request contains an appid and its secret.
        case credentials
        /// Any account, with its `access_token`.
        case account
        /// A certified account, with its `access_token`; the platform refuses other accounts with
        /// ``ErrorCode/apiUnauthorized``.
        case certifiedAccount
        /// An account with its `access_token`, or a third-party platform with its `component_access_token`.
        ///
        /// The call of a third-party platform is about the third-party platform itself.
        case accountOrComponent
        /// A third-party platform, with its `component_access_token`.
        case component
        /// A third-party platform, with its `component_access_token` or with an account's `authorizer_access_token`.
        ///
        /// The call is about one account: the account of the `authorizer_access_token`, or the account that the body
        /// names.
        case componentOrAuthorizer
    }

    /// How often an account or a third-party platform may make a call, according to the platform's documentation.
    ///
    /// Source: `doc/service/Message_Management/API_Call_Limits.html` and the pages of the calls. The platform does not
    /// publish numbers for third-party platforms; the numbers here are assumptions.
    public struct Quota: Sendable, Hashable {
        /// The most calls a day; nil if there is no limit.
        ///
        /// Tagline's day is from midnight to midnight, UTC+8. The documentation does not say at which hour the
        /// platform's day begins.
        public var perDay: Int?
        /// The most calls a minute; nil if there is no limit.
        public var perMinute: Int?

        /// Makes a quota with these limits; without arguments, the quota has no limits.
        public init(perDay: Int? = nil, perMinute: Int? = nil) {
            self.perDay = perDay
            self.perMinute = perMinute
        }
    }

    /// The permission sets for calls about tags and followers.
    ///
    /// A third-party platform needs one of these sets. Set 2 is user management. The documentation mentions set 100,
    /// but does not explain it.
    package static let userManagement: Set<Int> = [2, 100]

    /// The name of the API in the documentation, such as `batchTagging`.
    public let name: String
    /// The method that a caller must use.
    public let method: Method
    /// The path from the leading slash, without a query: `/cgi-bin/tags/members/batchtagging`.
    public let path: String
    /// The callers that may make the call, and the token that they send.
    public let access: Access
    /// The permission sets for the call; empty if the call needs no permission set.
    ///
    /// A third-party platform needs one of these sets to make the call for an account.
    public let permissionSets: Set<Int>
    /// The call's name in the platform's cloud SDK, such as `officialAccount.tags.batchTagging`; nil if the cloud SDK
    /// does not have the call.
    public let cloudName: String?
    /// Whether a client can make the call twice without harm.
    ///
    /// A client can repeat such a call if it does not know whether the first attempt reached the platform.
    public let isRepeatable: Bool
    /// How often a caller may make the call, according to the platform's documentation.
    public let quota: Quota
    /// The path of the call's page in the documentation, after `developers.weixin.qq.com/`.
    public let documentation: String

    /// Makes an endpoint.
    ///
    /// If `permissionSets` is nil, calls of certified accounts need one set of ``userManagement``, and other calls need
    /// no permission set.
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

    /// Whether a call uses up the quota of the third-party platform that makes the call.
    ///
    /// All other calls use up the quota of the account.
    package var isOfComponent: Bool { path.hasPrefix("/cgi-bin/component/") }

    /// The endpoint of every call that this package knows, in the order of ``APICalls/all``.
    public static let all = APICalls.all.map { $0.endpoint }
}
