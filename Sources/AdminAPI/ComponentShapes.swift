import OfficialAccount
package import TagStore

/// A third-party platform with its settings.
package struct ComponentInfo: AdminShape, Hashable {
    /// The component_appid of the third-party platform.
    package var appID: String
    /// The address to which the server pushes tickets and events; empty if the server pushes nothing.
    package var eventURL: String
    /// The token with which the server signs its pushes.
    package var messageToken: String
    /// The key with which the server encrypts its pushes, 43 characters of base64.
    package var encodingKey: String
    /// The hosts that the server allows in a redirect_uri.
    package var redirectHosts: [String]
    /// The addresses from which the server lets the third-party platform call, as text; empty to allow every address.
    package var allowedAddresses: [String]
    /// The permission sets of the third-party platform; an account can grant only these sets.
    package var permissionSets: [Int]
    /// The quotas of the third-party platform, by path.
    ///
    /// A quota in this dictionary replaces the server's quota for the same path.
    package var quotas: [String: CallQuota]
    /// Whether the server makes tickets for the third-party platform.
    package var pushing: Bool
    /// The component_appsecret; nil except in the answer to the request that added the third-party platform.
    package var secret: String?

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

    /// Describes `platform`, and includes its component_appsecret if `secret` is not nil.
    package init(_ platform: Component, secret: String? = nil) {
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

    package static var examples: [ComponentInfo] {
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
            ComponentInfo(platform), ComponentInfo(platform, secret: "ffeeddccbbaa99887766554433221100"),
        ]
    }
}

/// Every third-party platform of a server.
package struct ComponentList: AdminShape, Hashable {
    package var platforms: [ComponentInfo]

    package init(platforms: [ComponentInfo]) {
        self.platforms = platforms
    }

    package static var examples: [ComponentList] { [ComponentList(platforms: Array(ComponentInfo.examples.prefix(1)))] }
}

/// The authorisation of a third-party platform by one account.
package struct ComponentGrant: AdminShape, Hashable {
    /// The appid of the account.
    package var appID: String
    package var permissionSets: [Int]
    /// When the account authorised the third-party platform, in Unix seconds.
    package var authorizedAt: Int64

    enum CodingKeys: String, CodingKey {
        case appID = "appid"
        case permissionSets = "permission_sets"
        case authorizedAt = "authorized_at"
    }

    package init(appID: String, permissionSets: [Int], authorizedAt: Int64) {
        self.appID = appID
        self.permissionSets = permissionSets
        self.authorizedAt = authorizedAt
    }

    package static var examples: [ComponentGrant] {
        [ComponentGrant(appID: "wx5ad0c4e6b81f2793", permissionSets: [2], authorizedAt: 1_763_800_000)]
    }
}

/// Every account that authorises a third-party platform at present.
package struct ComponentGrantList: AdminShape, Hashable {
    package var authorizations: [ComponentGrant]

    package init(authorizations: [ComponentGrant]) {
        self.authorizations = authorizations
    }

    package static var examples: [ComponentGrantList] { [ComponentGrantList(authorizations: ComponentGrant.examples)] }
}

/// A code with which a third-party platform can fetch an authorisation, but only one time.
package struct GrantCode: AdminShape, Hashable {
    package var code: String
    /// The number of seconds for which the code is valid.
    package var expiresIn: Int64

    enum CodingKeys: String, CodingKey {
        case code = "auth_code"
        case expiresIn = "expires_in"
    }

    package init(code: String, expiresIn: Int64) {
        self.code = code
        self.expiresIn = expiresIn
    }

    package static var examples: [GrantCode] {
        [GrantCode(code: "queryauthcode@@@Yk7dGvKQnWmZ3xB5", expiresIn: 3600)]
    }
}

/// The latest ticket of a third-party platform.
package struct ComponentTicket: AdminShape, Hashable {
    package var ticket: String

    enum CodingKeys: String, CodingKey {
        case ticket = "component_verify_ticket"
    }

    package init(ticket: String) {
        self.ticket = ticket
    }

    package static var examples: [ComponentTicket] { [ComponentTicket(ticket: "ticket@@@Yk7dGvKQnWmZ3xB5")] }
}
