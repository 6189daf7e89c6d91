import AdminAPI
import Hummingbird
import OfficialAccount
import TagStore

/// The routes of the admin plane for third-party platforms, and for the actions of the authorisation page.
struct ComponentRoutes: Sendable {
    let store: any TagStore
    let surroundings: Surroundings
    let authorizations: Authorizations
    /// Whether the routes show tickets, as in a sandbox.
    let showsTickets: Bool

    /// The settings of a platform in a request. A setting that is absent does not change.
    private struct Settings: Decodable {
        let appid: String?
        let secret: String?
        let event_url: String?
        let message_token: String?
        let encoding_aes_key: String?
        let redirect_hosts: [String]?
        let allowed_addresses: [String]?
        let permission_sets: [Int]?
        let quotas: [String: CallQuota]?
        let pushing: Bool?

        func apply(to settings: inout ComponentSettings) {
            settings.eventURL = event_url ?? settings.eventURL
            settings.messageToken = message_token ?? settings.messageToken
            settings.encodingKey = encoding_aes_key ?? settings.encodingKey
            settings.redirectHosts = redirect_hosts ?? settings.redirectHosts
            settings.allowedAddresses =
                allowed_addresses?.map(IPAddress.callerText) ?? settings.allowedAddresses
            settings.quotas = quotas ?? settings.quotas
            settings.permissionSets = permission_sets.map { Set($0).sorted() } ?? settings.permissionSets
        }
    }

    private struct Authorization: Decodable {
        let appid: String
        let permission_sets: [Int]
    }

    private static let sets = AdminMember.Kind.numbers(1...10_000, limit: 100)

    private static let changeable: [AdminMember] = [
        .init(
            "event_url", .text(.eventURL),
            "the address to which the server pushes tickets and events; empty for no pushes"),
        .init("message_token", .text(.messageToken), "the token with which pushes are signed"),
        .init(
            "encoding_aes_key", .text(.encodingKey), "the key with which pushes are encrypted, 43 characters of base64"),
        .init("redirect_hosts", .texts(.redirectHost, limit: 10), "the hosts that a redirect_uri may have"),
        .init(
            "allowed_addresses", .texts(.address, limit: IPAddress.mostAllowed),
            "the IP addresses that may call; empty for every address"),
        .init("permission_sets", sets, "the permission sets of the third-party platform itself; 2 is user management"),
        .quotas(of: .componentPath),
        .init("pushing", .flag, "whether the server makes tickets; api_start_push_ticket sets it"),
    ]

    private static let creatable: [AdminMember] =
        [
            .init("appid", .text(.appID), isRequired: true, "the component_appid of the third-party platform"),
            SecretWish.member,
        ] + changeable

    private static let authorization: [AdminMember] = [
        .init("appid", .text(.appID), isRequired: true, "the account that authorises"),
        .init(
            "permission_sets", sets, isRequired: true,
            "the permission sets that the account grants, all of them sets of the third-party platform"),
    ]

    var routes: [AdminRoute] {
        componentRoutes + [rotationRoute] + authorizationRoutes + (showsTickets ? [ticketRoute] : [])
    }

    private var componentRoutes: [AdminRoute] {
        [
            AdminRoute(.get, "/platforms", "List the third-party platforms.", answer: ComponentList.self) { _, _ in
                ComponentList(platforms: try await store.components().map { ComponentInfo($0) })
            },
            AdminRoute(
                .post, "/platforms", "Add a third-party platform; its secret is in the answer and nowhere else.",
                body: .object(Self.creatable), answer: ComponentInfo.self, statuses: [201, 409], handler: create),
            AdminRoute(
                .patch, "/platforms/{component}", "Change a third-party platform.", body: .object(Self.changeable),
                answer: ComponentInfo.self, statuses: [200, 404]
            ) { request, context in
                let component = try Self.component(context)
                let wanted: Settings = try await request.decodeJSON(of: Self.changeable)
                let changed = try await store.changeComponent(component, account: nil) { component, _ in
                    wanted.apply(to: &component.settings)
                    component.isPushing = wanted.pushing ?? component.isPushing
                    return component
                }
                return ComponentInfo(changed)
            },
        ]
    }

    private var rotationRoute: AdminRoute {
        AdminRoute(
            .post, "/platforms/{component}/secret", "Give a third-party platform a new component_appsecret.",
            body: .optionalObject([SecretWish.member]), answer: IssuedSecret.self, statuses: [200, 404]
        ) { request, context in
            let component = try await existing(context)
            let wanted: SecretWish = try await request.decodeJSON(of: [SecretWish.member], mayBeEmpty: true)
            let secret = SecretWish.granted(wanted.secret, surroundings)
            let fingerprint = Fingerprint(of: secret)
            try await store.changeComponent(component, account: nil) { component, _ in
                component.replaceSecret(by: fingerprint)
            }
            return IssuedSecret(appID: component.rawValue, secret: secret)
        }
    }

    private var authorizationRoutes: [AdminRoute] {
        [
            AdminRoute(
                .get, "/platforms/{component}/authorizations",
                "List the accounts that authorise a third-party platform.",
                answer: ComponentGrantList.self, statuses: [200, 404]
            ) { _, context in
                let component = try await existing(context)
                let grants = try await store.grants(to: component, of: nil).filter(\.isActive)
                return ComponentGrantList(
                    authorizations: grants.map { grant in
                        ComponentGrant(
                            appID: grant.account.rawValue, permissionSets: grant.permissionSets,
                            authorizedAt: grant.authorizedAt.seconds)
                    })
            },
            AdminRoute(
                .post, "/platforms/{component}/authorizations",
                "Authorise a third-party platform for an account, as its administrator does on the authorisation page.",
                body: .object(Self.authorization), answer: GrantCode.self, statuses: [201, 404, 409]
            ) { request, context in
                let component = try await existing(context)
                let wanted: Authorization = try await request.decodeJSON(of: Self.authorization)
                let own = try await store.component(component)?.settings.permissionSets ?? []
                guard Set(wanted.permission_sets).isSubset(of: own) else {
                    let sets = own.map(String.init).joined(separator: ", ")
                    throw AdminError.conflict(
                        "the third-party platform itself has the permission sets \(sets) and no others")
                }
                let code = try await authorizations.authorize(
                    component, by: AppID(wanted.appid), sets: wanted.permission_sets)
                return GrantCode(code: code, expiresIn: ComponentRules.codeLifetime)
            },
            AdminRoute(
                .delete, "/platforms/{component}/authorizations/{appid}", "Withdraw the authorisation of an account.",
                answer: NamedAccount.self, statuses: [200, 404, 409]
            ) { _, context in
                let component = try await existing(context)
                let account = try AccountRoutes.appID(context)
                try await authorizations.withdraw(component, by: account)
                return NamedAccount(appID: account.rawValue)
            },
        ]
    }

    private var ticketRoute: AdminRoute {
        AdminRoute(
            .get, "/platforms/{component}/ticket", "Show the latest component_verify_ticket of a third-party platform.",
            answer: ComponentTicket.self, statuses: [200, 404]
        ) { _, context in
            let component = try await existing(context)
            guard let ticket = authorizations.events.ticket(of: component) else {
                throw AdminError.notFound("no ticket has been made yet; tickets are pushed every ten minutes")
            }
            return ComponentTicket(ticket: ticket)
        }
    }

    @Sendable private func create(_ request: Request, _ context: AdminContext) async throws -> ComponentInfo {
        let wanted: Settings = try await request.decodeJSON(of: Self.creatable)
        var settings = ComponentSettings()
        settings.messageToken = Hexadecimal.text(surroundings.randomBytes(16))
        settings.encodingKey = Self.encodingKey(surroundings)
        settings.permissionSets = [2]
        wanted.apply(to: &settings)
        let secret = SecretWish.granted(wanted.secret, surroundings)
        let component = Component(
            appID: AppID(wanted.appid ?? ""), secret: Fingerprint(of: secret), settings: settings,
            isPushing: wanted.pushing ?? true)
        do throws(Refusal) {
            try await store.createComponent(component)
        } catch {
            throw AdminError(creating: error)
        }
        await authorizations.events.prepare()
        return ComponentInfo(component, secret: secret)
    }

    /// Returns 43 random letters and digits, as WeChat's console makes keys.
    private static func encodingKey(_ surroundings: Surroundings) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var characters: [UInt8] = []
        while characters.count < 43 {
            // Skips the bytes from 248 to 255, because 248 is the largest multiple of the alphabet's length. Otherwise
            // the first letters would be more frequent.
            characters += surroundings.randomBytes(43).filter { $0 < 248 }.map { alphabet[Int($0) % alphabet.count] }
        }
        return String(decoding: characters.prefix(43), as: UTF8.self)
    }

    private static func component(_ context: AdminContext) throws -> AppID {
        AppID(String(try context.parameters.require("component")))
    }

    private func existing(_ context: AdminContext) async throws -> AppID {
        let component = try Self.component(context)
        guard try await store.component(component) != nil else {
            throw AdminError(Refusal.unknownComponent(component))
        }
        return component
    }
}

extension AdminMember.Text {
    fileprivate static let messageToken = AdminMember.Text(
        of: .identifier, 1...64, words: "1 to 64 letters, digits, - or _")

    fileprivate static let encodingKey = AdminMember.Text(of: .base64, 43...43, words: "43 letters, digits, + or /")
}
