import OfficialAccount
import TagStore

extension ConformanceSuite {
    private static let componentAppID = AppID("wxplatform00000001")
    private static let start = SampleWorld.start

    private static func newComponent(_ appID: AppID = componentAppID) -> Component {
        var settings = ComponentSettings()
        settings.eventURL = "http://127.0.0.1/events"
        settings.redirectHosts = ["example.com"]
        settings.permissionSets = [1, 2, 7]
        return Component(appID: appID, secret: SampleWorld.fingerprint(900), settings: settings)
    }

    /// Makes the sample world with a third-party platform that has the ticket 901 and the token 902. The first account
    /// has authorised the third-party platform with the code 903.
    private static func world(in tested: TestedStore) async throws -> any TagStore {
        let store = try await SampleWorld.make(in: tested)
        try await store.createComponent(newComponent())
        try await store.changeComponent(componentAppID, account: nil) { (component, _) throws(Refusal) in
            component.addTicket(SampleWorld.fingerprint(901), at: start)
            try component.issueToken(SampleWorld.fingerprint(902), for: SampleWorld.fingerprint(901), at: start)
        }
        try await authorize(store, sets: [2, 100], code: 903, refreshToken: "refresh")
        return store
    }

    private static func authorize(_ store: any TagStore, sets: [Int], code: Int, refreshToken: String) async throws {
        try await store.changeComponent(componentAppID, account: SampleWorld.appID) { component, grant in
            component.authorize(
                &grant, by: SampleWorld.appID, sets: sets, preAuthCode: nil, code: SampleWorld.fingerprint(code),
                refreshToken: refreshToken, at: start)
        }
    }

    static let componentCases: [ConformanceCase] = [
        ConformanceCase("the store keeps third-party platforms and grants, and refuses an appid that is taken") {
            tested in
            let store = try await world(in: tested)
            try await expectRefusal(.invalidAppID, "a platform twice") {
                try await store.createComponent(newComponent())
            }
            try await expectRefusal(.invalidAppID, "a platform with an account's appid") {
                try await store.createComponent(newComponent(SampleWorld.appID))
            }
            try await expectRefusal(.invalidAppID, "an account with a platform's appid") {
                try await store.createAccount(SampleWorld.account(componentAppID))
            }
            let components = try await store.components()
            let grants = try await store.grants(to: componentAppID, of: nil)
            try expectEqual(components.map(\.appID), [componentAppID], "platforms")
            try expectEqual(grants.map(\.permissionSets), [[2]], "the granted sets that the platform has")
            try await tested.restart()
            let reopened = await tested.store
            try expectEqual(try await reopened.components(), components, "platforms after a restart")
            for (component, account) in [
                (componentAppID, SampleWorld.appID), (componentAppID, nil), (nil, SampleWorld.appID), (nil, nil),
            ] as [(AppID?, AppID?)] {
                try expectEqual(try await reopened.grants(to: component, of: account), grants, "grants")
            }
            try expectEqual(
                try await reopened.grants(to: componentAppID, of: SampleWorld.otherAppID), [],
                "the grants of another account")
            try expectEqual(try await reopened.component(AppID("wxnobody")), nil, "an unknown platform")
        },
        ConformanceCase(
            "the store distinguishes the tokens of a platform and of a grant, and a replaced token stops working"
        ) { tested in
            let store = try await world(in: tested)
            try await store.changeComponent(componentAppID, account: SampleWorld.appID) { _, grant in
                grant?.issueToken(SampleWorld.fingerprint(904), at: start)
            }
            for _ in 0..<2 {
                let store = await tested.store
                guard
                    case .component(let component) = try await store.verdict(
                        on: SampleWorld.fingerprint(902), at: start)
                else { throw ConformanceFailure(description: "902 is not a token of the platform itself") }
                try expectEqual(component.appID, componentAppID, "the platform of the token")
                guard
                    case .authorized(let account, let grant, let by) = try await store.verdict(
                        on: SampleWorld.fingerprint(904), at: start)
                else { throw ConformanceFailure(description: "904 is not a token for the account") }
                try expectEqual(account.appID, SampleWorld.appID, "the account of the token")
                try expectEqual(
                    [grant.component, by.appID], [componentAppID, componentAppID],
                    "the platform of the grant and of its token")
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
            try await reopened.changeComponent(componentAppID, account: nil) { (component, _) throws(Refusal) in
                try component.issueToken(
                    SampleWorld.fingerprint(905), for: SampleWorld.fingerprint(901), at: start + 10)
            }
            try expectEqual(
                try await reopened.verdict(on: SampleWorld.fingerprint(902), at: start + 10 + ComponentRules.overlap),
                .unknown, "the replaced token after the overlap")
            guard case .component = try await reopened.verdict(on: SampleWorld.fingerprint(902), at: start + 11) else {
                throw ConformanceFailure(description: "the replaced token does not work during the overlap")
            }
        },
        ConformanceCase("only one of many callers can use a code, and a refused change changes nothing") {
            tested in
            let store = try await world(in: tested)
            let before = try await store.components()
            try await expectRefusal(.componentTicketInvalid, "a change that throws after other steps") {
                try await store.changeComponent(componentAppID, account: SampleWorld.appID) {
                    (component, grant) throws(Refusal) in
                    component.issuePreAuthCode(SampleWorld.fingerprint(906), at: start)
                    grant?.withdraw()
                    try component.issueToken(SampleWorld.fingerprint(907), for: SampleWorld.fingerprint(908), at: start)
                }
            }
            try expectEqual(try await store.components(), before, "the platform")
            try expectEqual(try await store.grants(to: componentAppID, of: nil).map(\.isActive), [true], "the grant")
            let used = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        do {
                            let account = try await store.changeComponent(componentAppID, account: nil) {
                                (component, _) throws(Refusal) in
                                try component.useCode(SampleWorld.fingerprint(903), at: start)
                            }
                            return account == SampleWorld.appID
                        } catch let refusal as Refusal {
                            try expectEqual(
                                refusal.code, .authorizationCodeInvalid, "the refusal of a code that is already used")
                            return false
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            try expectEqual(used, 1, "the number of times the code was used")
            for (appID, account, code) in [
                (AppID("wxnobody"), nil, ErrorCode.invalidComponent),
                (componentAppID, AppID("wxnobody"), .invalidAppID),
            ] as [(AppID, AppID?, ErrorCode)] {
                try await expectRefusal(code, "changing \(appID) and \(account?.rawValue ?? "-")") {
                    try await store.changeComponent(appID, account: account) { component, _ in
                        component.isPushing = false
                    }
                }
            }
        },
        ConformanceCase("a new grant replaces the earlier one, and the store remembers a withdrawn grant") {
            tested in
            let store = try await world(in: tested)
            try await store.changeComponent(componentAppID, account: SampleWorld.appID) { _, grant in
                grant?.issueToken(SampleWorld.fingerprint(904), at: start)
            }
            try await authorize(store, sets: [7], code: 909, refreshToken: "another")
            guard case .unknown = try await store.verdict(on: SampleWorld.fingerprint(904), at: start) else {
                throw ConformanceFailure(description: "a token of the earlier authorisation still works")
            }
            try await store.changeComponent(componentAppID, account: SampleWorld.appID) { _, grant in
                grant?.issueToken(SampleWorld.fingerprint(905), at: start)
                grant?.withdraw()
            }
            try await tested.restart()
            guard
                case .authorized(_, let grant, _) = try await (await tested.store).verdict(
                    on: SampleWorld.fingerprint(905), at: start)
            else { throw ConformanceFailure(description: "the token of a withdrawn grant is unknown") }
            try expectEqual(grant.permissionSets, [7], "sets")
            try expectEqual(grant.refreshToken, "another", "the refresh token")
            try expect(!grant.isActive, "the grant is active although it was withdrawn")
        },
    ]
}
