import OfficialAccount

/// How often an account may make each call. A call that is not listed has no limit.
public struct QuotaPolicy: Sendable, Hashable {
    /// The most calls of each path in a day. A day lasts from midnight to midnight in UTC+8.
    public var perDay: [String: Int]
    /// The most calls of each path in a minute.
    public var perMinute: [String: Int]

    public init(perDay: [String: Int], perMinute: [String: Int]) {
        self.perDay = perDay
        self.perMinute = perMinute
    }

    /// The policy without limits.
    public static let none = QuotaPolicy(perDay: [:], perMinute: [:])

    /// The documented quotas of each call, for a new account and for a third-party platform.
    ///
    /// Source: `doc/service/Message_Management/API_Call_Limits.html`, where tags are still called groups, and
    /// `doc/service/api/base/api_getstableaccesstoken`. WeChat does not publish the quotas of third-party platforms, so
    /// the numbers for these platforms are assumptions.
    public static let documented = QuotaPolicy(
        perDay: documented(\.perDay), perMinute: documented(\.perMinute))

    private static func documented(_ limit: KeyPath<Endpoint.Quota, Int?>) -> [String: Int] {
        Dictionary(
            uniqueKeysWithValues: Endpoint.all.compactMap { endpoint in
                endpoint.quota[keyPath: limit].map { (endpoint.path, $0) }
            })
    }
}
