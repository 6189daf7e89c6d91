/// How often one account may make one call. It replaces the server's quota for that call.
public struct CallQuota: Sendable, Hashable, Codable {
    /// Calls from midnight to midnight, UTC+8; nil for no limit.
    public var perDay: Int?
    /// Calls a minute; nil for no limit.
    public var perMinute: Int?

    public init(perDay: Int? = nil, perMinute: Int? = nil) {
        self.perDay = perDay
        self.perMinute = perMinute
    }

    private enum CodingKeys: String, CodingKey {
        case perDay = "per_day"
        case perMinute = "per_minute"
    }
}
