// The calls that tell how often calls were made, and that set the counts to zero.

/// A request that names a call by its path.
public struct CallPathRequest: JSONRequest {
    /// A path with its leading slash and without a host; nil if it is missing.
    public let path: String?

    public init(of endpoint: Endpoint) {
        path = endpoint.path
    }

    private enum CodingKeys: String, CodingKey { case path = "cgi_path" }
}

/// How often a call may be made, and how often it was.
public struct CallAllowance: CallAnswer, Hashable {
    /// What stands for no limit: a client that looks at what remains goes on.
    public static let unlimited = Int(Int32.max)

    /// Calls a day; ``unlimited`` for no limit.
    public let perDay: Int
    /// Calls that were made today.
    public let used: Int
    /// How often it may be made still, today.
    public let remaining: Int
    /// Calls a minute; nil for no limit, or if the platform does not tell.
    public let perMinute: Int?

    /// - Parameter perDay: nil for no limit.
    public init(perDay: Int?, used: Int, perMinute: Int?) {
        self.perDay = perDay ?? Self.unlimited
        self.used = used
        self.perMinute = perMinute
        remaining = max(0, self.perDay.saturatingDifference(from: used))
    }

    private enum CodingKeys: String, CodingKey {
        case quota
        case rate = "rate_limit"
    }

    private struct Quota: Decodable {
        let daily_limit: LenientNumber
        let used: LenientNumber
        let remain: LenientNumber?

        enum CodingKeys: String, CodingKey { case daily_limit, used, remain }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            daily_limit = try fields.decode(LenientNumber.self, forKey: .daily_limit)
            used = try fields.decode(LenientNumber.self, forKey: .used)
            remain = try? fields.decodeIfPresent(LenientNumber.self, forKey: .remain)
        }
    }

    private struct Rate: Decodable {
        let call_count: LenientNumber
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let quota = try fields.decode(Quota.self, forKey: .quota)
        perDay = Self.sane(quota.daily_limit.value)
        used = Self.sane(quota.used.value)
        remaining = Self.sane(quota.remain?.value ?? perDay.saturatingDifference(from: used))
        perMinute = (try? fields.decodeIfPresent(Rate.self, forKey: .rate)).map { Self.sane($0.call_count.value) }
    }

    /// A number of calls, whatever the answer says.
    private static func sane(_ number: Int) -> Int { min(max(number, 0), unlimited) }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("errcode", 0)
            answer.field("errmsg", "ok")
            answer.field("quota") { json in
                json.object {
                    $0.field("daily_limit", perDay)
                    $0.field("used", used)
                    $0.field("remain", remaining)
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

/// Tells how often a call may be made, and how often it was.
///
/// A third-party platform asks about its own calls with its component_access_token.
///
/// Source: `doc/service/api/apimanage/api_getapiquota`.
public enum GetAPIQuota: APICall {
    public typealias Request = CallPathRequest
    public typealias Response = CallAllowance

    public static let endpoint = Endpoint(
        name: "getApiQuota", method: .post, path: "/cgi-bin/openapi/quota/get", access: .accountOrComponent,
        documentation: "doc/service/api/apimanage/api_getapiquota")
}

/// Sets the count of one call to zero, fifty times a month.
///
/// Source: `doc/service/api/apimanage/api_clearapiquota`.
public enum ClearAPIQuota: APICall {
    public typealias Request = CallPathRequest
    public typealias Response = CommandDone

    public static let endpoint = Endpoint(
        name: "clearApiQuota", method: .post, path: "/cgi-bin/openapi/quota/clear", access: .accountOrComponent,
        isRepeatable: false, documentation: "doc/service/api/apimanage/api_clearapiquota")
}

/// Sets every count of an account to zero, ten times a month. With a component_access_token, those of the third-party platform.
///
/// Source: `doc/service/api/apimanage/api_clearquota`.
public enum ClearQuota: APICall {
    public struct Request: JSONRequest {
        /// Whose counts; nil if it is missing.
        public let appID: String?

        public init(appID: AppID) {
            self.appID = appID.rawValue
        }

        private enum CodingKeys: String, CodingKey { case appID = "appid" }
    }

    public typealias Response = CommandDone

    public static let endpoint = Endpoint(
        name: "clearQuota", method: .post, path: "/cgi-bin/clear_quota", access: .accountOrComponent,
        isRepeatable: false, documentation: "doc/service/api/apimanage/api_clearquota")
}

/// Sets every count of an account to zero, by its secret in place of a token. Shares its ten times a month with ``ClearQuota``.
///
/// Source: `doc/service/api/apimanage/api_clearquotabyappsecret`.
public enum ClearQuotaByAppSecret: APICall {
    public struct Request: JSONRequest {
        /// Nil if it is missing.
        public let appID: String?
        /// Nil if it is missing.
        public let secret: String?

        public init(appID: AppID, secret: String) {
            self.appID = appID.rawValue
            self.secret = secret
        }

        private enum CodingKeys: String, CodingKey {
            case appID = "appid"
            case secret = "appsecret"
        }

        /// The page's own example has both in the query and no body; newer pages have them in the body. What the body lacks is taken from the query.
        public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {
            let sent = body.isEmpty ? nil : try body.decode(Self.self)
            appID = Self.told(sent?.appID) ?? query(CodingKeys.appID.rawValue)
            secret = Self.told(sent?.secret) ?? query(CodingKeys.secret.rawValue)
        }
    }

    public typealias Response = CommandDone

    public static let endpoint = Endpoint(
        name: "clearQuotaByAppSecret", method: .post, path: "/cgi-bin/clear_quota/v2", access: .credentials,
        isRepeatable: false, documentation: "doc/service/api/apimanage/api_clearquotabyappsecret")
}
