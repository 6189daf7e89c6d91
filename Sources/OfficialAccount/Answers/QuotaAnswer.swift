/// The answer of `openapi/quota/get`. Source: `doc/service/api/apimanage/api_getapiquota`.
public struct QuotaAnswer: Answer, Hashable {
    /// What is written where there is no limit: a client that looks at what remains goes on.
    public static let unlimited = Int(Int32.max)

    /// Calls a day; nil for no limit.
    public let dailyLimit: Int?
    public let used: Int
    /// Calls a minute; nil for no limit.
    public let perMinute: Int?

    public init(dailyLimit: Int?, used: Int, perMinute: Int?) {
        self.dailyLimit = dailyLimit
        self.used = used
        self.perMinute = perMinute
    }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("errcode", 0)
            answer.field("errmsg", "ok")
            answer.field("quota") { json in
                json.object {
                    let limit = dailyLimit ?? Self.unlimited
                    $0.field("daily_limit", limit)
                    $0.field("used", used)
                    $0.field("remain", max(0, limit.saturatingDifference(from: used)))
                }
            }
            guard let perMinute else { return }
            answer.field("rate_limit") { json in
                json.object {
                    $0.field("call_count", perMinute)
                    $0.field("refresh_second", 60)
                }
            }
        }
    }
}
