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

    /// The documented numbers of a new account and of a third-party platform, as each call has them.
    ///
    /// Source: `doc/service/Message_Management/API_Call_Limits.html`, where tags are still called groups, and
    /// `doc/service/api/base/api_getstableaccesstoken`. Those of third-party platforms are not published; the numbers
    /// are assumed.
    public static let documented = QuotaPolicy(
        perDay: documented(\.perDay), perMinute: documented(\.perMinute))

    private static func documented(_ limit: KeyPath<Endpoint.Quota, Int?>) -> [String: Int] {
        Dictionary(
            uniqueKeysWithValues: Endpoint.all.compactMap { endpoint in
                endpoint.quota[keyPath: limit].map { (endpoint.path, $0) }
            })
    }
}
