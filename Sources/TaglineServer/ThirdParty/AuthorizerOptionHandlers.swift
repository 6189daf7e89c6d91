import OfficialAccount
import TagStore

/// Answers the calls that set and get the options of an account that has authorised a platform.
struct AuthorizerOptionHandlers: Sendable {
    /// The names of the options, with the values that each may have.
    private static let options = [
        "location_report": ["0", "1", "2"], "voice_recognize": ["0", "1"], "customer_service": ["0", "1"],
    ]

    let store: any TagStore
    let judge: ComponentJudge

    func answer(_ table: inout CallTable) {
        table.authorizer(SetAuthorizerOption.self, setOption)
        table.authorizer(GetAuthorizerOption.self, getOption)
        table.component(SetAuthorizerOptionAtOlderPath.self) { (request, component) throws(Refusal) in
            try await setOption(request, component, nil)
        }
        table.component(GetAuthorizerOptionAtOlderPath.self) { (request, component) throws(Refusal) in
            try await getOption(request, component, nil)
        }
    }

    /// - Parameter own: the grant of the account whose token the call sends; nil if the body names the account.
    @Sendable private func setOption(
        _ request: OptionRequest, _ component: Component, _ own: Grant?
    ) async throws(Refusal) -> CommandDone {
        let account = try await grant(in: request, component, own).account
        let name = try Self.optionName(request)
        guard let value = request.value, Self.options[name]?.contains(value) == true else {
            let values = (Self.options[name] ?? []).joined(separator: ", ")
            throw Refusal(.dataFormatError, "option_value of \(name) must be one of these texts: \(values)")
        }
        try await store.changeComponent(component.appID, account: account) { _, grant in grant?.options[name] = value }
        return CommandDone()
    }

    /// - Parameter own: the grant of the account whose token the call sends; nil if the body names the account.
    @Sendable private func getOption(
        _ request: OptionRequest, _ component: Component, _ own: Grant?
    ) async throws(Refusal) -> AuthorizerOption {
        let grant = try await grant(in: request, component, own)
        let name = try Self.optionName(request)
        return AuthorizerOption(authorizer: grant.account, name: name, value: grant.options[name] ?? "0")
    }

    /// Returns the grant of the account whose option a call sets or gets.
    ///
    /// If a call sends the token of an account, the body may omit the platform and the account, or leave them empty. If
    /// the body names a platform or an account, the token must belong to it.
    private func grant(
        in request: OptionRequest, _ component: Component, _ own: Grant?
    ) async throws(Refusal) -> Grant {
        guard let own else {
            try judge.allow(request, of: component)
            return try await judge.grant(of: request.authorizerAppID, to: component)
        }
        if let appID = request.componentAppID, !appID.isEmpty, appID != component.appID.rawValue {
            throw .otherComponent(than: component)
        }
        if let appID = request.authorizerAppID, !appID.isEmpty, appID != own.account.rawValue {
            throw Refusal(.invalidAppID, "authorizer_appid must be the account of the token, \(own.account)")
        }
        return own
    }

    private static func optionName(_ request: OptionRequest) throws(Refusal) -> String {
        guard let name = request.name, options[name] != nil else {
            throw Refusal(
                .dataFormatError, "option_name is one of \(options.keys.sorted().joined(separator: ", "))")
        }
        return name
    }
}
