// The calls that tell of the accounts which have authorised a third-party platform.

/// Tells what an account is, and what it has authorised.
///
/// Source: `doc/oplatform/openApi/authorization-management/api_getauthorizerinfo`.
public enum GetAuthorizerInfo: APICall {
    public struct Request: AuthorizerRequest {
        public let componentAppID: String?
        public let authorizerAppID: String?

        public init(componentAppID: AppID, authorizerAppID: AppID) {
            self.componentAppID = componentAppID.rawValue
            self.authorizerAppID = authorizerAppID.rawValue
        }

        private enum CodingKeys: String, CodingKey {
            case componentAppID = "component_appid"
            case authorizerAppID = "authorizer_appid"
        }
    }

    /// Two objects side by side: the account and the authorisation.
    public struct Response: CallAnswer, Hashable {
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

        private enum CodingKeys: String, CodingKey { case info = "authorizer_info" }

        private enum InfoKeys: String, CodingKey {
            case name = "nick_name"
            case serviceType = "service_type_info"
            case verifyType = "verify_type_info"
            case status = "account_status"
        }

        private struct Kind: Decodable {
            let id: LenientNumber
        }

        public init(from decoder: any Decoder) throws {
            authorization = try AuthorizationInfo(from: decoder)
            let info = try decoder.container(keyedBy: CodingKeys.self)
                .nestedContainer(keyedBy: InfoKeys.self, forKey: .info)
            name = (try? info.decodeIfPresent(LenientText.self, forKey: .name))?.value ?? ""
            serviceType = try info.decode(Kind.self, forKey: .serviceType).id.value
            verifyType = try info.decode(Kind.self, forKey: .verifyType).id.value
            status = (try? info.decodeIfPresent(LenientNumber.self, forKey: .status))?.value ?? 1
        }

        public func write(to json: inout JSONText) {
            json.object { answer in
                answer.field(CodingKeys.info.rawValue) { json in json.object { writeInfo(to: &$0) } }
                authorization.write(to: &answer)
            }
        }

        private func writeInfo(to info: inout JSONText.Fields) {
            info.field(InfoKeys.name.rawValue, name)
            info.field(InfoKeys.serviceType.rawValue) { json in json.object { $0.field("id", serviceType) } }
            info.field(InfoKeys.verifyType.rawValue) { json in json.object { $0.field("id", verifyType) } }
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
            info.field(InfoKeys.status.rawValue, status)
        }
    }

    public static let endpoint = Endpoint(
        name: "getAuthorizerInfo", method: .post, path: "/cgi-bin/component/api_get_authorizer_info",
        access: .component, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/authorization-management/api_getauthorizerinfo")
}

/// Lists the accounts that have authorised the platform.
///
/// Source: `doc/oplatform/openApi/authorization-management/api_getauthorizerlist`.
public enum GetAuthorizerList: APICall {
    public struct Request: ComponentRequest {
        public let componentAppID: String?
        /// How many entries to leave out; nil for none.
        public let offset: Int?
        /// How many entries to give, at most 500; nil for 500.
        public let count: Int?

        public init(componentAppID: AppID, offset: Int, count: Int) {
            self.componentAppID = componentAppID.rawValue
            self.offset = offset
            self.count = count
        }

        private enum CodingKeys: String, CodingKey {
            case componentAppID = "component_appid"
            case offset, count
        }
    }

    public struct Response: CallAnswer, Hashable {
        public struct Entry: Sendable, Hashable, Decodable {
            public let authorizer: AppID
            public let refreshToken: String
            /// When it authorised, in Unix seconds.
            public let time: Int

            public init(authorizer: AppID, refreshToken: String, time: Int) {
                self.authorizer = authorizer
                self.refreshToken = refreshToken
                self.time = time
            }

            fileprivate enum CodingKeys: String, CodingKey {
                case authorizer = "authorizer_appid"
                case refreshToken = "refresh_token"
                case time = "auth_time"
            }

            public init(from decoder: any Decoder) throws {
                let fields = try decoder.container(keyedBy: CodingKeys.self)
                authorizer = AppID(try fields.decode(String.self, forKey: .authorizer))
                refreshToken = try fields.decode(String.self, forKey: .refreshToken)
                time = (try? fields.decodeIfPresent(LenientNumber.self, forKey: .time))?.value ?? 0
            }
        }

        /// The length of the whole list.
        public let total: Int
        public let entries: [Entry]

        public init(total: Int, entries: [Entry]) {
            self.total = total
            self.entries = entries
        }

        private enum CodingKeys: String, CodingKey {
            case total = "total_count"
            case entries = "list"
        }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            entries = try fields.decode(LenientArray<Entry>.self, forKey: .entries).elements
            total = (try? fields.decodeIfPresent(LenientNumber.self, forKey: .total))?.value ?? entries.count
        }

        public func write(to json: inout JSONText) {
            json.object { answer in
                answer.field(CodingKeys.total.rawValue, total)
                answer.field(CodingKeys.entries.rawValue) { json in
                    json.array(entries) { entry, json in
                        json.object {
                            $0.field(Entry.CodingKeys.authorizer.rawValue, entry.authorizer.rawValue)
                            $0.field(Entry.CodingKeys.refreshToken.rawValue, entry.refreshToken)
                            $0.field(Entry.CodingKeys.time.rawValue, entry.time)
                        }
                    }
                }
            }
        }
    }

    public static let endpoint = Endpoint(
        name: "getAuthorizerList", method: .post, path: "/cgi-bin/component/api_get_authorizer_list",
        access: .component, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/authorization-management/api_getauthorizerlist")
}
