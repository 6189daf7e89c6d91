public import OfficialAccount

/// The calls about quotas.
///
/// Source: `doc/service/api/apimanage/`.
public struct QuotaCalls: Sendable {
    let caller: any CallSender
    let appID: AppID

    /// Returns how often the account may make a call, and how often it has made the call today.
    ///
    /// Source: `doc/service/api/apimanage/api_getapiquota`.
    ///
    /// - Parameter endpoint: the API of the call.
    /// - Returns: the quota of the day and of the minute, and the used and the remaining calls of today.
    /// - Throws: ``CallFailure``. 76021 if the platform does not know the API, 76022 if the account may not call it.
    public func quota(of endpoint: Endpoint) async throws(CallFailure) -> CallAllowance {
        try await caller.answer(to: GetAPIQuota.self, CallPathRequest(of: endpoint))
    }

    /// Sets every count of the account's calls to zero.
    ///
    /// An account may make this call ten times a month. The client does not retry the call if it may have been carried
    /// out.
    ///
    /// Source: `doc/service/api/apimanage/api_clearquota`.
    ///
    /// - Throws: ``CallFailure``. 48006 after the tenth time.
    public func clear() async throws(CallFailure) {
        try await caller.answer(to: ClearQuota.self, ClearQuota.Request(appID: appID))
    }

    /// Sets the count of one call to zero.
    ///
    /// An account may reset single counts fifty times a month, for all calls together. The client does not retry the
    /// call if it may have been carried out.
    ///
    /// Source: `doc/service/api/apimanage/api_clearapiquota`.
    ///
    /// - Parameter endpoint: the API of the call.
    /// - Throws: ``CallFailure``. 48006 after the fiftieth time. 76021 if the platform does not know the API, 76022 if
    ///   the account may not call it.
    public func clear(_ endpoint: Endpoint) async throws(CallFailure) {
        try await caller.answer(to: ClearAPIQuota.self, CallPathRequest(of: endpoint))
    }
}
