public import OfficialAccount

/// The calls that show and reset an account's quotas.
///
/// Source: `doc/service/api/apimanage/`.
public struct QuotaCalls: Sendable {
    let caller: any CallSender
    let appID: AppID

    /// Returns how often the account may make a call, and how often it has made the call today.
    ///
    /// Source: `doc/service/api/apimanage/api_getapiquota`.
    ///
    /// - Parameter endpoint: the API whose quota to return.
    /// - Returns: the highest number of calls in a day and in a minute, and the numbers of used and of remaining
    ///   calls of today.
    /// - Throws: ``CallFailure``. 76021 if the platform does not know the API, 76022 if the account may not call it.
    public func quota(of endpoint: Endpoint) async throws(CallFailure) -> CallAllowance {
        try await caller.answer(to: GetAPIQuota.self, CallPathRequest(of: endpoint))
    }

    /// Resets the used calls of every API to zero.
    ///
    /// An account may make this call ten times a month. The client does not retry the call if the platform may have
    /// carried it out.
    ///
    /// Source: `doc/service/api/apimanage/api_clearquota`.
    ///
    /// - Throws: ``CallFailure``. 48006 if the account has made this call ten times this month.
    public func clear() async throws(CallFailure) {
        try await caller.answer(to: ClearQuota.self, ClearQuota.Request(appID: appID))
    }

    /// Resets the used calls of one API to zero.
    ///
    /// An account may make this call fifty times a month, whether for one API or for several. The client does not
    /// retry the call if the platform may have carried it out.
    ///
    /// Source: `doc/service/api/apimanage/api_clearapiquota`.
    ///
    /// - Parameter endpoint: the API whose used calls to reset.
    /// - Throws: ``CallFailure``. 48006 if the account has made this call fifty times this month. 76021 if the platform
    ///   does not know the API, 76022 if the account may not call it.
    public func clear(_ endpoint: Endpoint) async throws(CallFailure) {
        try await caller.answer(to: ClearAPIQuota.self, CallPathRequest(of: endpoint))
    }
}
