// The calls with which a third-party platform gets tickets, its token, and codes for the authorisation page.

/// Asks the platform to push tickets to a third-party platform.
///
/// The server can refuse the call with ``ErrorCode/appSecretMissing``, ``ErrorCode/invalidAppSecret`` or
/// ``ErrorCode/invalidComponentType``.
///
/// Source: `doc/oplatform/openApi/ticket-token/api_startpushticket`.
public enum StartPushTicket: APICall {
    /// The request: `{"component_appid":"wx…","component_secret":"…"}`.
    public struct Request: ComponentRequest {
        /// The appid of the third-party platform, as the client sent it; nil if the field is missing.
        public let componentAppID: String?
        /// The secret of the third-party platform; nil if the field is missing.
        public let secret: String?

        /// Makes the request for a third-party platform and its secret.
        public init(componentAppID: AppID, secret: String) {
            self.componentAppID = componentAppID.rawValue
            self.secret = secret
        }

        private enum CodingKeys: String, CodingKey {
            case componentAppID = "component_appid"
            case secret = "component_secret"
        }
    }

    /// The answer: `{"errcode":0,"errmsg":"ok"}`, or another `errmsg` if the platform pushed tickets already.
    public struct Response: CallAnswer, Hashable {
        /// Whether the platform pushed tickets already before this call.
        public let wasOn: Bool

        /// Makes the answer.
        ///
        /// `wasOn` tells whether the platform pushed tickets before this call.
        public init(wasOn: Bool) {
            self.wasOn = wasOn
        }

        private static let on = "in a normal state"

        /// Reads the answer; ``wasOn`` is true if `errmsg` is `in a normal state`.
        ///
        /// - Parameter decoder: holds the answer's JSON.
        /// - Throws: `DecodingError` if `errcode` is missing or is not a whole number.
        public init(from decoder: any Decoder) throws {
            _ = try CommandDone(from: decoder)
            wasOn = try CommandFailed(from: decoder).message == Self.on
        }

        /// Writes `errcode` 0, and an `errmsg` that depends on ``wasOn``.
        public func write(to json: inout JSONText) {
            json.object {
                $0.field("errcode", 0)
                $0.field("errmsg", wasOn ? Self.on : "ok")
            }
        }
    }

    /// `POST /cgi-bin/component/api_start_push_ticket`, with the third-party platform's secret instead of a token.
    public static let endpoint = Endpoint(
        name: "startPushTicket", method: .post, path: "/cgi-bin/component/api_start_push_ticket", access: .credentials,
        documentation: "doc/oplatform/openApi/ticket-token/api_startpushticket")
}

/// Exchanges the latest ticket for a `component_access_token`.
///
/// The server can refuse the ticket with ``ErrorCode/componentTicketInvalid`` or ``ErrorCode/componentTicketExpired``.
/// The server can also refuse the call with the same codes as ``StartPushTicket``.
///
/// Source: `doc/oplatform/openApi/ticket-token/api_getcomponentaccesstoken`.
public enum GetComponentAccessToken: APICall {
    /// The request: `{"component_appid":"wx…","component_appsecret":"…","component_verify_ticket":"ticket@@@…"}`.
    public struct Request: ComponentRequest {
        /// The appid of the third-party platform, as the client sent it; nil if the field is missing.
        public let componentAppID: String?
        /// The secret of the third-party platform; nil if the field is missing.
        public let secret: String?
        /// The `component_verify_ticket` that the platform pushed last; nil if the field is missing.
        public let ticket: String?

        /// Makes the request for a third-party platform, its secret and its latest ticket.
        public init(componentAppID: AppID, secret: String, ticket: String) {
            self.componentAppID = componentAppID.rawValue
            self.secret = secret
            self.ticket = ticket
        }

        private enum CodingKeys: String, CodingKey {
            case componentAppID = "component_appid"
            case secret = "component_appsecret"
            case ticket = "component_verify_ticket"
        }
    }

    /// The answer: the token and its lifetime.
    public typealias Response = ComponentSecret

    /// `POST /cgi-bin/component/api_component_token`, with the third-party platform's secret instead of a token.
    public static let endpoint = Endpoint(
        name: "getComponentAccessToken", method: .post, path: "/cgi-bin/component/api_component_token",
        access: .credentials, quota: .init(perDay: 2000),
        documentation: "doc/oplatform/openApi/ticket-token/api_getcomponentaccesstoken")
}

/// Gets a code for the page on which an account authorises the third-party platform.
///
/// Source: `doc/oplatform/openApi/ticket-token/api_getpreauthcode`.
public enum GetPreAuthCode: APICall {
    /// The request: `{"component_appid":"wx…"}`.
    public struct Request: ComponentRequest {
        /// The appid of the third-party platform, as the client sent it; nil if the field is missing.
        public let componentAppID: String?

        /// Makes the request of a third-party platform.
        public init(componentAppID: AppID) {
            self.componentAppID = componentAppID.rawValue
        }

        private enum CodingKeys: String, CodingKey { case componentAppID = "component_appid" }
    }

    /// The answer: the code and its lifetime.
    public typealias Response = ComponentSecret

    /// `POST /cgi-bin/component/api_create_preauthcode`, for a third-party platform.
    public static let endpoint = Endpoint(
        name: "getPreAuthCode", method: .post, path: "/cgi-bin/component/api_create_preauthcode", access: .component,
        quota: .init(perDay: 100_000), documentation: "doc/oplatform/openApi/ticket-token/api_getpreauthcode")
}
