/// The number of calls that an account may make to one path. It replaces the server's quota for that path.
public struct CallQuota: Sendable, Hashable, Codable {
    /// The number of calls that are allowed from midnight to midnight in UTC+8; nil for no limit.
    public var perDay: Int?
    /// The number of calls that are allowed in a minute; nil for no limit.
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
