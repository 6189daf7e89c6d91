import OfficialAccount

/// The calls about quotas. Source: `doc/service/api/apimanage/`.
public struct QuotaCalls: Sendable {
    let caller: any Caller
    let appID: AppID

    /// How often one call may be made, and how often it was. Throws 76021 or 76022.
    public func quota(of endpoint: Endpoint) async throws(CallFailure) -> CallAllowance {
        try await caller.answer(to: GetAPIQuota.self, CallPathRequest(of: endpoint))
    }

    /// Sets every count of the account to zero, ten times a month. Throws 48006.
    public func clear() async throws(CallFailure) {
        try await caller.answer(to: ClearQuota.self, ClearQuota.Request(appID: appID))
    }

    /// Sets the count of one call to zero, fifty times a month. Throws 48006, 76021 or 76022.
    public func clear(_ endpoint: Endpoint) async throws(CallFailure) {
        try await caller.answer(to: ClearAPIQuota.self, CallPathRequest(of: endpoint))
    }
}
