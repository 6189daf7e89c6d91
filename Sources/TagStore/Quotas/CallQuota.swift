/// The number of times that an account may make one call. It replaces the server's quota for that call.
public struct CallQuota: Sendable, Hashable, Codable {
    /// The number of calls allowed from midnight to midnight in UTC+8; nil for no limit.
    public var perDay: Int?
    /// The number of calls allowed in a minute; nil for no limit.
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
