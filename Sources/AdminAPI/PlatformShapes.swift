import OfficialAccount
import TagStore

/// A third-party platform with its settings.
public struct PlatformInfo: AdminShape, Hashable {
    /// Its component_appid.
    public var appID: String
    /// The address to which the server pushes tickets and events; empty for none.
    public var eventURL: String
    /// The token with which the server signs what it pushes.
    public var messageToken: String
    /// The key with which the server encrypts what it pushes, 43 characters of base64.
    public var encodingKey: String
    /// The hosts that a redirect_uri may have.
    public var redirectHosts: [String]
    /// The addresses that may call for the platform, as text; empty for any.
    public var allowedAddresses: [String]
    /// The permission sets that the platform has itself.
    public var permissionSets: [Int]
    /// The quotas that the platform has instead of the server's, by path.
    public var quotas: [String: CallQuota]
    /// Whether the server makes tickets.
    public var pushing: Bool
    /// Its component_appsecret; nil except in the answer to the call that added the platform.
    public var secret: String?

    enum CodingKeys: String, CodingKey {
        case appID = "appid"
        case eventURL = "event_url"
        case messageToken = "message_token"
        case encodingKey = "encoding_aes_key"
        case redirectHosts = "redirect_hosts"
        case allowedAddresses = "allowed_addresses"
        case permissionSets = "permission_sets"
        case quotas, pushing, secret
    }

    /// - Parameter secret: its component_appsecret; nil if the answer does not tell it.
    public init(_ platform: Component, secret: String? = nil) {
        let settings = platform.settings
        appID = platform.appID.rawValue
        eventURL = settings.eventURL
        messageToken = settings.messageToken
        encodingKey = settings.encodingKey
        redirectHosts = settings.redirectHosts
        allowedAddresses = settings.allowedAddresses
        permissionSets = settings.permissionSets
        quotas = settings.quotas ?? [:]
        pushing = platform.isPushing
        self.secret = secret
    }

    public static var examples: [PlatformInfo] {
        var settings = ComponentSettings()
        settings.eventURL = "https://platform.example/events"
        settings.messageToken = "tagline-demo"
        settings.encodingKey = "dGFnbGluZSBkZW1vIGVuY29kaW5nIGtleSAwMTIzNDU"
        settings.redirectHosts = ["platform.example"]
        settings.allowedAddresses = ["192.0.2.7"]
        settings.permissionSets = [2]
        settings.quotas = ["/cgi-bin/component/api_create_preauthcode": CallQuota(perDay: 1000, perMinute: 60)]
        let platform = Component(appID: "wxfe12dc34ba567890", secret: .zero, settings: settings)
        return [
            PlatformInfo(platform), PlatformInfo(platform, secret: "ffeeddccbbaa99887766554433221100"),
        ]
    }
}

/// Every third-party platform of a server.
public struct PlatformList: AdminShape, Hashable {
    public var platforms: [PlatformInfo]

    public init(platforms: [PlatformInfo]) {
        self.platforms = platforms
    }

    public static var examples: [PlatformList] { [PlatformList(platforms: Array(PlatformInfo.examples.prefix(1)))] }
}

/// What one account allows a platform.
public struct PlatformGrant: AdminShape, Hashable {
    /// The appid of the account.
    public var appID: String
    public var permissionSets: [Int]
    /// When the account authorised the platform, in Unix seconds.
    public var authorizedAt: Int64

    enum CodingKeys: String, CodingKey {
        case appID = "appid"
        case permissionSets = "permission_sets"
        case authorizedAt = "authorized_at"
    }

    public init(appID: String, permissionSets: [Int], authorizedAt: Int64) {
        self.appID = appID
        self.permissionSets = permissionSets
        self.authorizedAt = authorizedAt
    }

    public static var examples: [PlatformGrant] {
        [PlatformGrant(appID: "wx5ad0c4e6b81f2793", permissionSets: [2], authorizedAt: 1_763_800_000)]
    }
}

/// Every account that authorises a platform at present.
public struct PlatformGrantList: AdminShape, Hashable {
    public var authorizations: [PlatformGrant]

    public init(authorizations: [PlatformGrant]) {
        self.authorizations = authorizations
    }

    public static var examples: [PlatformGrantList] { [PlatformGrantList(authorizations: PlatformGrant.examples)] }
}

/// A code with which a platform fetches an authorisation, once.
public struct GrantCode: AdminShape, Hashable {
    public var code: String
    /// The seconds for which the code works.
    public var expiresIn: Int64

    enum CodingKeys: String, CodingKey {
        case code = "auth_code"
        case expiresIn = "expires_in"
    }

    public init(code: String, expiresIn: Int64) {
        self.code = code
        self.expiresIn = expiresIn
    }

    public static var examples: [GrantCode] {
        [GrantCode(code: "queryauthcode@@@Yk7dGvKQnWmZ3xB5", expiresIn: 3600)]
    }
}

/// The latest ticket of a platform.
public struct PlatformTicket: AdminShape, Hashable {
    public var ticket: String

    enum CodingKeys: String, CodingKey {
        case ticket = "component_verify_ticket"
    }

    public init(ticket: String) {
        self.ticket = ticket
    }

    public static var examples: [PlatformTicket] { [PlatformTicket(ticket: "ticket@@@Yk7dGvKQnWmZ3xB5")] }
}
