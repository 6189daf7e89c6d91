public import OfficialAccount

/// The number of calls that an account has made to one path in a day or a month. The count survives a restart.
public struct CallCounter: Sendable, Hashable {
    public let appID: AppID
    /// The path of the calls. If the store counts something other than calls, the name is not a path. Example: the
    /// number of times that the account has reset its counts to zero.
    public let name: String
    /// The day or the month of the count, in UTC+8; see ``period(of:at:)``.
    public let period: Int64
    public let count: Int

    public init(appID: AppID, name: String, period: Int64, count: Int) {
        self.appID = appID
        self.name = name
        self.period = period
        self.count = count
    }

    /// Returns the day or the month that `time` is in. A count whose name is a path is of a day. Any other count is of
    /// a month.
    public static func period(of name: String, at time: UnixTime) -> Int64 {
        name.hasPrefix("/") ? time.platformDay : time.platformMonth
    }
}
