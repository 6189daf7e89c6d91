import OfficialAccount

/// How often an account may make each call. What is not named has no limit.
public struct QuotaPolicy: Sendable, Hashable {
    /// By path, calls a day, counted from midnight to midnight in UTC+8.
    public var perDay: [String: Int]
    /// By path, calls a minute.
    public var perMinute: [String: Int]

    public init(perDay: [String: Int], perMinute: [String: Int]) {
        self.perDay = perDay
        self.perMinute = perMinute
    }

    /// No limits at all.
    public static let none = QuotaPolicy(perDay: [:], perMinute: [:])

    /// The documented numbers of a new account.
    ///
    /// Source: `doc/service/Message_Management/API_Call_Limits.html`, where tags are still called groups, and
    /// `doc/service/api/base/api_getstableaccesstoken`.
    public static let documented = QuotaPolicy(
        perDay: [
            Endpoint.getAccessToken.path: 2000,
            Endpoint.getStableAccessToken.path: 500_000,
            Endpoint.createTag.path: 1000,
            Endpoint.getTags.path: 1000,
            Endpoint.updateTag.path: 1000,
            Endpoint.batchTagging.path: 100_000,
            Endpoint.batchUntagging.path: 100_000,
            Endpoint.getFans.path: 500,
            Endpoint.userInfo.path: 5_000_000,
            Endpoint.updateRemark.path: 10_000,
        ],
        perMinute: [Endpoint.getStableAccessToken.path: 10_000])

    /// How often the counts may be reset in a month: all at once, with or without a token, and one at a time.
    static let resetsOfAllPerMonth = 10
    static let resetsOfOnePerMonth = 50
}
