// The calls that report how often a caller has made a call, and the calls that reset these counts to zero.

/// A request that names a call by its path: `{"cgi_path":"/cgi-bin/tags/members/batchtagging"}`.
public struct CallPathRequest: JSONRequest {
    /// The path as the client sent it, with its leading slash and without a host; nil if the field is missing.
    public let path: String?

    /// Makes the request about the call at `endpoint`.
    public init(of endpoint: Endpoint) {
        path = endpoint.path
    }

    private enum CodingKeys: String, CodingKey { case path = "cgi_path" }
}

/// The quota of a call, and how often the caller has made the call today.
///
/// In JSON it is:
///
/// ```json
/// {"errcode":0,"errmsg":"ok","quota":{"daily_limit":…,"used":…,"remain":…},
///  "rate_limit":{"call_count":…,"refresh_second":60}}
/// ```
///
/// Source: `doc/service/api/apimanage/api_getapiquota`.
public struct CallAllowance: CallAnswer, Hashable {
    /// The number that means no limit.
    ///
    /// The number is large, so a client that checks ``remaining`` does not stop.
    public static let unlimited = Int(Int32.max)

    /// The most calls a day; ``unlimited`` if there is no limit.
    public let perDay: Int
    /// The number of calls that the caller has made today.
    public let used: Int
    /// The number of calls that the quota leaves to the caller today, never negative.
    public let remaining: Int
    /// The most calls a minute; nil if there is no limit, or if the answer omits the limit.
    ///
    /// Reading treats `call_count` as calls a minute, and ignores `refresh_second`.
    public let perMinute: Int?

    /// Makes the answer, and computes ``remaining``.
    ///
    /// - Parameters:
    ///   - perDay: the most calls a day; nil if there is no limit.
    ///   - used: the number of calls that the caller has made today.
    ///   - perMinute: the most calls a minute; nil if there is no limit.
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

    /// Reads the answer, and fits each number into the range from 0 to ``unlimited``.
    ///
    /// - Parameter decoder: holds the answer's JSON.
    /// - Throws: `DecodingError` if `quota.daily_limit` or `quota.used` is missing or is not a whole number.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let quota = try fields.decode(Quota.self, forKey: .quota)
        perDay = Self.sane(quota.daily_limit.value)
        used = Self.sane(quota.used.value)
        remaining = Self.sane(quota.remain?.value ?? perDay.saturatingDifference(from: used))
        perMinute = (try? fields.decodeIfPresent(Rate.self, forKey: .rate)).map { Self.sane($0.call_count.value) }
    }

    /// Returns `number`, or the nearest end of the range from 0 to ``unlimited``.
    private static func sane(_ number: Int) -> Int { min(max(number, 0), unlimited) }

    /// Writes `errcode`, `errmsg` and `quota`, and also `rate_limit` if ``perMinute`` is not nil.
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

/// Returns the quota of a call, and how often the caller has made the call today.
///
/// A third-party platform asks about its own calls with its `component_access_token`. The server can refuse the call
/// with ``ErrorCode/quotaPathNotFound`` or ``ErrorCode/quotaPathNotAllowed``.
///
/// Source: `doc/service/api/apimanage/api_getapiquota`.
public enum GetAPIQuota: APICall {
    /// The request: `{"cgi_path":"/cgi-bin/tags/members/batchtagging"}`.
    public typealias Request = CallPathRequest
    /// The answer: the quota of the call, and how often the caller has made the call today.
    public typealias Response = CallAllowance

    /// `POST /cgi-bin/openapi/quota/get`, for any account, and for a third-party platform about itself.
    public static let endpoint = Endpoint(
        name: "getApiQuota", method: .post, path: "/cgi-bin/openapi/quota/get", access: .accountOrComponent,
        documentation: "doc/service/api/apimanage/api_getapiquota")
}

/// Resets the count of one call to zero, at most ``Limits/resetsOfOnePerMonth`` times a month.
///
/// The server can refuse the call with ``ErrorCode/clearQuotaLimitReached``, ``ErrorCode/quotaPathNotFound`` or
/// ``ErrorCode/quotaPathNotAllowed``.
///
/// Source: `doc/service/api/apimanage/api_clearapiquota`.
public enum ClearAPIQuota: APICall {
    /// The request: `{"cgi_path":"/cgi-bin/tags/members/batchtagging"}`.
    public typealias Request = CallPathRequest
    /// The answer: `{"errcode":0,"errmsg":"ok"}`.
    public typealias Response = CommandDone

    /// `POST /cgi-bin/openapi/quota/clear`, for any account, and for a third-party platform about itself.
    ///
    /// A repeated call uses up another reset.
    public static let endpoint = Endpoint(
        name: "clearApiQuota", method: .post, path: "/cgi-bin/openapi/quota/clear", access: .accountOrComponent,
        isRepeatable: false, documentation: "doc/service/api/apimanage/api_clearapiquota")
}

/// Resets every count of an account to zero, at most ``Limits/resetsOfAllPerMonth`` times a month.
///
/// With a `component_access_token`, the call resets the counts of the third-party platform. The server can refuse the
/// call with ``ErrorCode/clearQuotaLimitReached``, or with ``ErrorCode/invalidAppID`` if the appid does not belong to
/// the token.
///
/// Source: `doc/service/api/apimanage/api_clearquota`.
public enum ClearQuota: APICall {
    /// The request: `{"appid":"wx…"}`.
    public struct Request: JSONRequest {
        /// The appid whose counts the call resets, as the client sent it; nil if the field is missing.
        public let appID: String?

        /// Makes the request; `appID` must be the appid of the token.
        public init(appID: AppID) {
            self.appID = appID.rawValue
        }

        private enum CodingKeys: String, CodingKey { case appID = "appid" }
    }

    /// The answer: `{"errcode":0,"errmsg":"ok"}`.
    public typealias Response = CommandDone

    /// `POST /cgi-bin/clear_quota`, for any account, and for a third-party platform about itself.
    ///
    /// A repeated call uses up another reset.
    public static let endpoint = Endpoint(
        name: "clearQuota", method: .post, path: "/cgi-bin/clear_quota", access: .accountOrComponent,
        isRepeatable: false, documentation: "doc/service/api/apimanage/api_clearquota")
}

/// Resets every count of an account to zero, with the account's secret instead of a token.
///
/// This call and ``ClearQuota`` share ``Limits/resetsOfAllPerMonth`` resets a month. The server can refuse the call
/// with ``ErrorCode/appIDMissing``, ``ErrorCode/appSecretMissing``, ``ErrorCode/invalidAppID``,
/// ``ErrorCode/invalidAppSecret``, ``ErrorCode/secretFrozen`` or ``ErrorCode/clearQuotaLimitReached``.
///
/// Source: `doc/service/api/apimanage/api_clearquotabyappsecret`.
public enum ClearQuotaByAppSecret: APICall {
    /// The request: `{"appid":"wx…","appsecret":"…"}`.
    public struct Request: JSONRequest {
        /// The account's appid as the client sent it; nil if the field is missing.
        public let appID: String?
        /// The account's secret; nil if the field is missing.
        public let secret: String?

        /// Makes the request for an account and its secret.
        public init(appID: AppID, secret: String) {
            self.appID = appID.rawValue
            self.secret = secret
        }

        private enum CodingKeys: String, CodingKey {
            case appID = "appid"
            case secret = "appsecret"
        }

        /// Reads each field from the body, or from the query if the body does not have the field.
        ///
        /// The example in the documentation has both fields in the query and no body. Newer pages have both fields in
        /// the body.
        ///
        /// - Parameters:
        ///   - query: returns the value of the query parameter with a given name; nil if the parameter is absent or
        ///     empty.
        ///   - body: the body, which may be empty.
        /// - Throws: the error of `body`, if the body is neither empty nor a JSON object, or if a field in it is not a
        ///   string.
        public init<Body: RequestBody>(query: (String) -> String?, body: Body) throws(Body.Failure) {
            let sent = body.isEmpty ? nil : try body.decode(Self.self)
            appID = Self.told(sent?.appID) ?? query(CodingKeys.appID.rawValue)
            secret = Self.told(sent?.secret) ?? query(CodingKeys.secret.rawValue)
        }
    }

    /// The answer: `{"errcode":0,"errmsg":"ok"}`.
    public typealias Response = CommandDone

    /// `POST /cgi-bin/clear_quota/v2`, with the account's secret instead of a token.
    ///
    /// A repeated call uses up another reset.
    public static let endpoint = Endpoint(
        name: "clearQuotaByAppSecret", method: .post, path: "/cgi-bin/clear_quota/v2", access: .credentials,
        isRepeatable: false, documentation: "doc/service/api/apimanage/api_clearquotabyappsecret")
}
