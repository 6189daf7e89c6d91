// The calls about the accounts that have authorised a third-party platform.

/// Returns the kind, the status and the authorisation of an account.
///
/// The server can refuse the call with ``ErrorCode/invalidAppID`` or ``ErrorCode/componentNotAuthorized``.
///
/// Source: `doc/oplatform/openApi/authorization-management/api_getauthorizerinfo`.
public enum GetAuthorizerInfo: APICall {
    /// The request: `{"component_appid":"wx…","authorizer_appid":"wx…"}`.
    public struct Request: AuthorizerRequest {
        /// The appid of the third-party platform, as the client sent it; nil if the field is missing.
        public let componentAppID: String?
        /// The appid of the account, as the client sent it; nil if the field is missing.
        public let authorizerAppID: String?

        /// Makes the request of a third-party platform about one account.
        public init(componentAppID: AppID, authorizerAppID: AppID) {
            self.componentAppID = componentAppID.rawValue
            self.authorizerAppID = authorizerAppID.rawValue
        }

        private enum CodingKeys: String, CodingKey {
            case componentAppID = "component_appid"
            case authorizerAppID = "authorizer_appid"
        }
    }

    /// The answer: an object that holds the two objects `authorizer_info` and `authorization_info`.
    ///
    /// Source of the numbers in ``serviceType``, ``verifyType`` and ``status``:
    /// `doc/oplatform/Third-party_Platforms/2.0/api/ThirdParty/token/api_get_authorizer_info.html`.
    public struct Response: CallAnswer, Hashable {
        /// The authorisation of the account, without a token.
        public let authorization: AuthorizationInfo
        /// The account's nickname (`nick_name`); empty if the answer omits it.
        ///
        /// Tagline sends the appid as the nickname.
        public let name: String
        /// The kind of account: 0 for a subscription account, 1 for an upgraded old account, 2 for a service account.
        ///
        /// Tagline answers 0 or 2.
        public let serviceType: Int
        /// How the account is verified: -1 if it is not verified, 0 by WeChat, 1 by Weibo.
        ///
        /// 3 or 4 means that the account's qualification is verified, but its name is not verified yet. Tagline answers
        /// -1 or 0.
        public let verifyType: Int
        /// The status of the account: 1 for normal, 14 for closed, 16 for banned, 18 for warned, 19 for frozen.
        ///
        /// If the answer omits the status, ``status`` is 1. Tagline answers 1 or 19.
        public let status: Int

        /// Makes the answer about one account.
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

        /// Reads the answer.
        ///
        /// - Parameter decoder: holds the answer's JSON.
        /// - Throws: `DecodingError` if `authorizer_info` lacks `service_type_info` or `verify_type_info`, or if
        ///   reading ``AuthorizationInfo`` fails.
        public init(from decoder: any Decoder) throws {
            authorization = try AuthorizationInfo(from: decoder)
            let info = try decoder.container(keyedBy: CodingKeys.self)
                .nestedContainer(keyedBy: InfoKeys.self, forKey: .info)
            name = (try? info.decodeIfPresent(LenientText.self, forKey: .name))?.value ?? ""
            serviceType = try info.decode(Kind.self, forKey: .serviceType).id.value
            verifyType = try info.decode(Kind.self, forKey: .verifyType).id.value
            status = (try? info.decodeIfPresent(LenientNumber.self, forKey: .status))?.value ?? 1
        }

        /// Writes both objects; a field whose value Tagline does not know is empty or has a fixed value.
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

    /// `POST /cgi-bin/component/api_get_authorizer_info`, for a third-party platform.
    public static let endpoint = Endpoint(
        name: "getAuthorizerInfo", method: .post, path: "/cgi-bin/component/api_get_authorizer_info",
        access: .component, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/authorization-management/api_getauthorizerinfo")
}

/// Lists the accounts that have authorised a third-party platform.
///
/// Source: `doc/oplatform/openApi/authorization-management/api_getauthorizerlist`.
public enum GetAuthorizerList: APICall {
    /// The request: `{"component_appid":"wx…","offset":0,"count":100}`.
    public struct Request: ComponentRequest {
        /// The appid of the third-party platform, as the client sent it; nil if the field is missing.
        public let componentAppID: String?
        /// The number of entries to skip, from 0; nil means 0.
        public let offset: Int?
        /// The largest number of entries to list, at most 500; nil means 500.
        public let count: Int?

        /// Makes the request for up to `count` entries; the answer skips the first `offset` entries of the list.
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

    /// The answer:
    /// `{"total_count":33,"list":[{"authorizer_appid":"wx…","refresh_token":"…","auth_time":…},…]}`.
    public struct Response: CallAnswer, Hashable {
        /// One account that has authorised the third-party platform.
        public struct Entry: Sendable, Hashable, Decodable {
            /// The appid of the account.
            public let authorizer: AppID
            /// The account's `authorizer_refresh_token`, a secret.
            ///
            /// A third-party platform that has lost the token can read it here.
            public let refreshToken: String
            /// When the account gave its authorisation, in Unix seconds; 0 if the answer omits the time.
            public let time: Int

            /// Makes the entry of one account.
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

            /// Reads an entry.
            ///
            /// - Parameter decoder: holds the entry's JSON.
            /// - Throws: `DecodingError` if `authorizer_appid` or `refresh_token` is missing or is not text.
            public init(from decoder: any Decoder) throws {
                let fields = try decoder.container(keyedBy: CodingKeys.self)
                authorizer = AppID(try fields.decode(String.self, forKey: .authorizer))
                refreshToken = try fields.decode(String.self, forKey: .refreshToken)
                time = (try? fields.decodeIfPresent(LenientNumber.self, forKey: .time))?.value ?? 0
            }
        }

        /// The number of entries in the whole list.
        ///
        /// If the answer omits this number, ``total`` is the number of ``entries``.
        public let total: Int
        /// The entries of this part of the list, in the order of the answer.
        ///
        /// Reading leaves out malformed entries.
        public let entries: [Entry]

        /// Makes the answer with these entries.
        public init(total: Int, entries: [Entry]) {
            self.total = total
            self.entries = entries
        }

        private enum CodingKeys: String, CodingKey {
            case total = "total_count"
            case entries = "list"
        }

        /// Reads the answer.
        ///
        /// - Parameter decoder: holds the answer's JSON.
        /// - Throws: `DecodingError` if `list` is missing or is not an array.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            entries = try fields.decode(LenientArray<Entry>.self, forKey: .entries).elements
            total = (try? fields.decodeIfPresent(LenientNumber.self, forKey: .total))?.value ?? entries.count
        }

        /// Writes `total_count` and `list`.
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

    /// `POST /cgi-bin/component/api_get_authorizer_list`, for a third-party platform.
    public static let endpoint = Endpoint(
        name: "getAuthorizerList", method: .post, path: "/cgi-bin/component/api_get_authorizer_list",
        access: .component, quota: .init(perDay: 100_000),
        documentation: "doc/oplatform/openApi/authorization-management/api_getauthorizerlist")
}
