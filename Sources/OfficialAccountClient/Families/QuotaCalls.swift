import OfficialAccount

/// The calls about quotas. Source: `doc/service/api/apimanage/`.
public struct QuotaCalls: Sendable {
    let caller: any Caller
    let appID: AppID

    /// How often a call may be made.
    public struct Quota: Sendable, Hashable {
        public let perDay: Int
        public let used: Int
        /// How often it may be made still, today.
        public let remaining: Int
        /// Calls a minute; nil if the platform does not tell.
        public let perMinute: Int?
    }

    private struct Told: Decodable, Sendable {
        struct Quota: Decodable {
            let daily_limit: LenientNumber
            let used: LenientNumber
            let remain: LenientNumber
        }

        struct Rate: Decodable {
            let call_count: LenientNumber
        }

        let quota: Quota
        let rate_limit: Rate?
    }

    /// The quota of one call. Throws 76021 or 76022.
    public func quota(of endpoint: Endpoint) async throws(CallFailure) -> Quota {
        let call = APICall(.getAPIQuota, body: Self.body(endpoint))
        let told = try await caller.answer(to: call, as: Told.self)
        return Quota(
            perDay: Self.sane(told.quota.daily_limit.value), used: Self.sane(told.quota.used.value),
            remaining: Self.sane(told.quota.remain.value), perMinute: (told.rate_limit?.call_count.value).map(Self.sane)
        )
    }

    /// A number of calls, whatever the answer says.
    private static func sane(_ number: Int) -> Int { min(max(number, 0), Int(Int32.max)) }

    /// Sets every count of the account to zero, ten times a month. Throws 48006.
    public func clear() async throws(CallFailure) {
        let body = RequestBody { $0.field("appid", appID.rawValue) }
        try await caller.command(APICall(.clearQuota, body: body.bytes))
    }

    /// Sets the count of one call to zero, fifty times a month. Throws 48006, 76021 or 76022.
    public func clear(_ endpoint: Endpoint) async throws(CallFailure) {
        try await caller.command(APICall(.clearAPIQuota, body: Self.body(endpoint)))
    }

    private static func body(_ endpoint: Endpoint) -> [UInt8] {
        RequestBody { $0.field("cgi_path", endpoint.path) }.bytes
    }
}
