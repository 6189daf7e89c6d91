/// A token or a code of a platform, with how long it works.
public struct ComponentSecret: Answer, Hashable {
    /// The name of the member that holds it: `component_access_token`, `pre_auth_code`.
    public let name: String
    public let secret: String
    /// Seconds.
    public let expiresIn: Int

    public init(name: String, secret: String, expiresIn: Int) {
        self.name = name
        self.secret = secret
        self.expiresIn = expiresIn
    }

    public func write(to json: inout JSONText) {
        json.object {
            $0.field(name, secret)
            $0.field("expires_in", expiresIn)
        }
    }
}

/// The answer of `api_start_push_ticket`, whose errmsg tells whether tickets were pushed already.
public struct PushStarted: Answer, Hashable {
    public let wasOn: Bool

    public init(wasOn: Bool) {
        self.wasOn = wasOn
    }

    public func write(to json: inout JSONText) {
        json.object {
            $0.field("errcode", 0)
            $0.field("errmsg", wasOn ? "in a normal state" : "ok")
        }
    }
}

/// The answer of `api_authorizer_token`.
public struct AuthorizerToken: Answer, Hashable {
    public let token: String
    public let expiresIn: Int
    public let refreshToken: String

    public init(token: String, expiresIn: Int, refreshToken: String) {
        self.token = token
        self.expiresIn = expiresIn
        self.refreshToken = refreshToken
    }

    public func write(to json: inout JSONText) {
        json.object { write(to: &$0) }
    }

    fileprivate func write(to fields: inout JSONText.Fields) {
        fields.field("authorizer_access_token", token)
        fields.field("expires_in", expiresIn)
        fields.field("authorizer_refresh_token", refreshToken)
    }
}

/// What an account has authorised: the answer of `api_query_auth`, and a part of that of `api_get_authorizer_info`.
public struct AuthorizationInfo: Answer, Hashable {
    public let authorizer: AppID
    /// Nil where no token is handed out.
    public let token: AuthorizerToken?
    public let refreshToken: String
    public let permissionSets: [Int]

    public init(authorizer: AppID, token: AuthorizerToken?, refreshToken: String, permissionSets: [Int]) {
        self.authorizer = authorizer
        self.token = token
        self.refreshToken = refreshToken
        self.permissionSets = permissionSets
    }

    public func write(to json: inout JSONText) {
        json.object { write(to: &$0) }
    }

    fileprivate func write(to fields: inout JSONText.Fields) {
        fields.field("authorization_info") { json in
            json.object { info in
                info.field("authorizer_appid", authorizer.rawValue)
                if let token { token.write(to: &info) } else { info.field("authorizer_refresh_token", refreshToken) }
                info.field("func_info") { json in
                    json.array(permissionSets) { id, json in
                        json.object { info in
                            info.field("funcscope_category") { json in json.object { $0.field("id", id) } }
                        }
                    }
                }
            }
        }
    }
}

/// The answer of `api_get_authorizer_info`: two objects side by side.
public struct AuthorizerInfo: Answer, Hashable {
    public let authorization: AuthorizationInfo
    public let name: String
    /// 0 subscription, 2 service.
    public let serviceType: Int
    /// -1 not verified, 0 verified.
    public let verifyType: Int
    /// 1 normal, 19 frozen.
    public let status: Int

    public init(authorization: AuthorizationInfo, name: String, serviceType: Int, verifyType: Int, status: Int) {
        self.authorization = authorization
        self.name = name
        self.serviceType = serviceType
        self.verifyType = verifyType
        self.status = status
    }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("authorizer_info") { json in
                json.object { info in
                    info.field("nick_name", name)
                    info.field("service_type_info") { json in json.object { $0.field("id", serviceType) } }
                    info.field("verify_type_info") { json in json.object { $0.field("id", verifyType) } }
                    info.field("user_name", "gh_\(authorization.authorizer.rawValue.suffix(12))")
                    info.field("head_img", "")
                    info.field("alias", "")
                    info.field("qrcode_url", "")
                    info.field("signature", "")
                    info.field("idc", 1)
                    info.field("business_info") { json in
                        json.object { business in
                            for name in ["open_store", "open_scan", "open_pay", "open_card", "open_shake"] {
                                business.field(name, 0)
                            }
                        }
                    }
                    info.field("principal_name", name)
                    info.field("account_status", status)
                }
            }
            authorization.write(to: &answer)
        }
    }
}

/// The answer of `api_get_authorizer_list`.
public struct AuthorizerList: Answer, Hashable {
    public struct Entry: Sendable, Hashable {
        public let authorizer: AppID
        public let refreshToken: String
        /// When it authorised, in Unix seconds.
        public let time: Int

        public init(authorizer: AppID, refreshToken: String, time: Int) {
            self.authorizer = authorizer
            self.refreshToken = refreshToken
            self.time = time
        }
    }

    public let total: Int
    public let entries: [Entry]

    public init(total: Int, entries: [Entry]) {
        self.total = total
        self.entries = entries
    }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("total_count", total)
            answer.field("list") { json in
                json.array(entries) { entry, json in
                    json.object {
                        $0.field("authorizer_appid", entry.authorizer.rawValue)
                        $0.field("refresh_token", entry.refreshToken)
                        $0.field("auth_time", entry.time)
                    }
                }
            }
        }
    }
}

/// The answer of `api_get_authorizer_option`.
public struct AuthorizerOption: Answer, Hashable {
    public let authorizer: AppID
    public let name: String
    public let value: String

    public init(authorizer: AppID, name: String, value: String) {
        self.authorizer = authorizer
        self.name = name
        self.value = value
    }

    public func write(to json: inout JSONText) {
        json.object {
            $0.field("authorizer_appid", authorizer.rawValue)
            $0.field("option_name", name)
            $0.field("option_value", value)
        }
    }
}
