import OfficialAccount
import TagStore

extension ConformanceSuite {
    private static let component = AppID("wxplatform00000001")
    private static let start = SampleWorld.start

    private static func platform(_ appID: AppID = component) -> Component {
        var settings = ComponentSettings()
        settings.eventURL = "http://127.0.0.1/events"
        settings.redirectHosts = ["example.com"]
        settings.permissionSets = [1, 2, 7]
        return Component(appID: appID, secret: SampleWorld.fingerprint(900), settings: settings)
    }

    /// Makes the sample world with a platform that has the ticket 901 and the token 902. The first account has
    /// authorised the platform by code 903.
    private static func world(in tested: TestedStore) async throws -> any TagStore {
        let store = try await SampleWorld.make(in: tested)
        try await store.createPlatform(platform())
        try await store.changePlatform(component, account: nil) { (platform, _) throws(Refusal) in
            platform.addTicket(SampleWorld.fingerprint(901), at: start)
            try platform.issueToken(SampleWorld.fingerprint(902), for: SampleWorld.fingerprint(901), at: start)
        }
        try await authorize(store, sets: [2, 100], code: 903, refreshToken: "refresh")
        return store
    }

    private static func authorize(_ store: any TagStore, sets: [Int], code: Int, refreshToken: String) async throws {
        try await store.changePlatform(component, account: SampleWorld.appID) { platform, grant in
            platform.authorize(
                &grant, by: SampleWorld.appID, sets: sets, preAuthCode: nil, code: SampleWorld.fingerprint(code),
                refreshToken: refreshToken, at: start)
        }
    }

    static let platformCases: [ConformanceCase] = [
        ConformanceCase("the store keeps platforms and grants, and refuses an appid that is taken") { tested in
            let store = try await world(in: tested)
            try await expectRefusal(.invalidAppID, "a platform twice") { try await store.createPlatform(platform()) }
            try await expectRefusal(.invalidAppID, "a platform with an account's appid") {
                try await store.createPlatform(platform(SampleWorld.appID))
            }
            try await expectRefusal(.invalidAppID, "an account with a platform's appid") {
                try await store.createAccount(SampleWorld.account(component))
            }
            let platforms = try await store.platforms()
            let grants = try await store.grants(to: component, of: nil)
            try expectEqual(platforms.map(\.appID), [component], "platforms")
            try expectEqual(grants.map(\.permissionSets), [[2]], "the granted sets that the platform has")
            try await tested.restart()
            let reopened = await tested.store
            try expectEqual(try await reopened.platforms(), platforms, "platforms after a restart")
            for (platform, account) in [
                (component, SampleWorld.appID), (component, nil), (nil, SampleWorld.appID), (nil, nil),
            ] as [(AppID?, AppID?)] {
                try expectEqual(try await reopened.grants(to: platform, of: account), grants, "grants")
            }
            try expectEqual(try await reopened.grants(to: component, of: SampleWorld.otherAppID), [], "others' grants")
            try expectEqual(try await reopened.platform(AppID("wxnobody")), nil, "an unknown platform")
        },
        ConformanceCase("a platform's token and an account's are distinguished, and a replaced token ends") { tested in
            let store = try await world(in: tested)
            try await store.changePlatform(component, account: SampleWorld.appID) { _, grant in
                grant?.issueToken(SampleWorld.fingerprint(904), at: start)
            }
            for _ in 0..<2 {
                let store = await tested.store
                guard
                    case .component(let platform) = try await store.verdict(on: SampleWorld.fingerprint(902), at: start)
                else { throw ConformanceFailure(description: "902 is the platform's own") }
                try expectEqual(platform.appID, component, "the platform of the token")
                guard
                    case .authorized(let account, let grant, let by) = try await store.verdict(
                        on: SampleWorld.fingerprint(904), at: start)
                else { throw ConformanceFailure(description: "904 acts for the account") }
                try expectEqual(account.appID, SampleWorld.appID, "the account of the token")
                try expectEqual(
                    [grant.component, by.appID], [component, component], "the platform of the token of the account")
                for (number, after, verdict) in [
                    (902, ComponentRules.tokenLifetime, TokenVerdict.expired),
                    (904, ComponentRules.tokenLifetime, .expired), (901, 0, .unknown), (903, 0, .unknown),
                ] {
                    try expectEqual(
                        try await store.verdict(on: SampleWorld.fingerprint(number), at: start + after), verdict,
                        "\(number) after \(after) seconds")
                }
                try await tested.restart()
            }
            let reopened = await tested.store
            try await reopened.changePlatform(component, account: nil) { (platform, _) throws(Refusal) in
                try platform.issueToken(SampleWorld.fingerprint(905), for: SampleWorld.fingerprint(901), at: start + 10)
            }
            try expectEqual(
                try await reopened.verdict(on: SampleWorld.fingerprint(902), at: start + 10 + ComponentRules.overlap),
                .unknown, "the replaced token after the overlap")
            guard case .component = try await reopened.verdict(on: SampleWorld.fingerprint(902), at: start + 11) else {
                throw ConformanceFailure(description: "the replaced token works during the overlap")
            }
        },
        ConformanceCase("only one of many callers can use a code, and a refused change changes nothing") {
            tested in
            let store = try await world(in: tested)
            let before = try await store.platforms()
            try await expectRefusal(.componentTicketInvalid, "a change that throws at its end") {
                try await store.changePlatform(component, account: SampleWorld.appID) {
                    (platform, grant) throws(Refusal) in
                    platform.issuePreAuthCode(SampleWorld.fingerprint(906), at: start)
                    grant?.withdraw()
                    try platform.issueToken(SampleWorld.fingerprint(907), for: SampleWorld.fingerprint(908), at: start)
                }
            }
            try expectEqual(try await store.platforms(), before, "the platform")
            try expectEqual(try await store.grants(to: component, of: nil).map(\.isActive), [true], "the grant")
            let used = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        do {
                            let account = try await store.changePlatform(component, account: nil) {
                                (platform, _) throws(Refusal) in
                                try platform.useCode(SampleWorld.fingerprint(903), at: start)
                            }
                            return account == SampleWorld.appID
                        } catch let refusal as Refusal {
                            try expectEqual(refusal.code, .authorizationCodeInvalid, "the code used again")
                            return false
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            try expectEqual(used, 1, "the number of times the code was used")
            for (component, account, code) in [
                (AppID("wxnobody"), nil, ErrorCode.invalidComponent), (component, AppID("wxnobody"), .invalidAppID),
            ] as [(AppID, AppID?, ErrorCode)] {
                try await expectRefusal(code, "changing \(component) and \(account?.rawValue ?? "-")") {
                    try await store.changePlatform(component, account: account) { platform, _ in
                        platform.isPushing = false
                    }
                }
            }
        },
        ConformanceCase("a new grant replaces the earlier one, and the store remembers a withdrawn grant") {
            tested in
            let store = try await world(in: tested)
            try await store.changePlatform(component, account: SampleWorld.appID) { _, grant in
                grant?.issueToken(SampleWorld.fingerprint(904), at: start)
            }
            try await authorize(store, sets: [7], code: 909, refreshToken: "another")
            guard case .unknown = try await store.verdict(on: SampleWorld.fingerprint(904), at: start) else {
                throw ConformanceFailure(description: "a token ends with its authorisation")
            }
            try await store.changePlatform(component, account: SampleWorld.appID) { _, grant in
                grant?.issueToken(SampleWorld.fingerprint(905), at: start)
                grant?.withdraw()
            }
            try await tested.restart()
            guard
                case .authorized(_, let grant, _) = try await (await tested.store).verdict(
                    on: SampleWorld.fingerprint(905), at: start)
            else { throw ConformanceFailure(description: "the token is known") }
            try expectEqual(grant.permissionSets, [7], "sets")
            try expectEqual(grant.refreshToken, "another", "the refresh token")
            try expect(!grant.isActive, "the grant is withdrawn")
        },
    ]
}
