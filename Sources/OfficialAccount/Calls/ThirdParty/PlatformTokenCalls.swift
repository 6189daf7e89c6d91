// The calls by which a third-party platform gets tickets, its token and codes for the authorisation page.

/// Has tickets pushed to a third-party platform.
///
/// Source: `doc/oplatform/openApi/ticket-token/api_startpushticket`.
public enum StartPushTicket: APICall {
    public struct Request: ComponentRequest {
        public let componentAppID: String?
        /// Nil if it is missing.
        public let secret: String?

        public init(componentAppID: AppID, secret: String) {
            self.componentAppID = componentAppID.rawValue
            self.secret = secret
        }

        private enum CodingKeys: String, CodingKey {
            case componentAppID = "component_appid"
            case secret = "component_secret"
        }
    }

    /// The errmsg tells whether tickets were pushed already.
    public struct Response: CallAnswer, Hashable {
        public let wasOn: Bool

        public init(wasOn: Bool) {
            self.wasOn = wasOn
        }

        private static let on = "in a normal state"

        public init(from decoder: any Decoder) throws {
            wasOn = try CommandFailed(from: decoder).message == Self.on
        }

        public func write(to json: inout JSONText) {
            json.object {
                $0.field("errcode", 0)
                $0.field("errmsg", wasOn ? Self.on : "ok")
            }
        }
    }

    public static let endpoint = Endpoint(
        name: "startPushTicket", method: .post, path: "/cgi-bin/component/api_start_push_ticket", access: .credentials,
        documentation: "doc/oplatform/openApi/ticket-token/api_startpushticket")
}

/// Hands out a component_access_token for the latest ticket.
///
/// Source: `doc/oplatform/openApi/ticket-token/api_getcomponentaccesstoken`.
public enum GetComponentAccessToken: APICall {
    public struct Request: ComponentRequest {
        public let componentAppID: String?
        /// Nil if it is missing.
        public let secret: String?
        /// Nil if it is missing.
        public let ticket: String?

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

    public typealias Response = ComponentSecret

    public static let endpoint = Endpoint(
        name: "getComponentAccessToken", method: .post, path: "/cgi-bin/component/api_component_token",
        access: .credentials, quota: .init(perDay: 2000),
        documentation: "doc/oplatform/openApi/ticket-token/api_getcomponentaccesstoken")
}

/// Hands out a code for the page on which an account authorises the platform.
///
/// Source: `doc/oplatform/openApi/ticket-token/api_getpreauthcode`.
public enum GetPreAuthCode: APICall {
    public struct Request: ComponentRequest {
        public let componentAppID: String?

        public init(componentAppID: AppID) {
            self.componentAppID = componentAppID.rawValue
        }

        private enum CodingKeys: String, CodingKey { case componentAppID = "component_appid" }
    }

    public typealias Response = ComponentSecret

    public static let endpoint = Endpoint(
        name: "getPreAuthCode", method: .post, path: "/cgi-bin/component/api_create_preauthcode", access: .component,
        quota: .init(perDay: 100_000), documentation: "doc/oplatform/openApi/ticket-token/api_getpreauthcode")
}
