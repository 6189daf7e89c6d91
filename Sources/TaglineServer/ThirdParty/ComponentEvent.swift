import OfficialAccount
import TagStore

/// An event that the server pushes to a third-party platform.
enum ComponentEvent: Sendable, Hashable {
    case ticket(String)
    case authorized(account: AppID, code: String, codeExpiresAt: UnixTime, preAuthCode: String, isUpdate: Bool)
    case unauthorized(account: AppID)

    var isTicket: Bool { if case .ticket = self { true } else { false } }

    /// The account that the event is about; nil for a ticket.
    var account: AppID? {
        switch self {
        case .ticket: nil
        case .authorized(let account, _, _, _, _), .unauthorized(let account): account
        }
    }

    /// Returns the XML message, which the server then puts into an encrypted envelope.
    ///
    /// Source: `doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/authorize_event` and
    /// `…/component_verify_ticket`.
    func message(to component: AppID, at now: UnixTime) -> String {
        var fields = [("AppId", component.rawValue), ("CreateTime", "\(now.seconds)"), ("InfoType", infoType)]
        switch self {
        case .ticket(let ticket):
            fields.append(("ComponentVerifyTicket", ticket))
        case .authorized(let account, let code, let expiresAt, let preAuthCode, _):
            fields += [
                ("AuthorizerAppid", account.rawValue), ("AuthorizationCode", code),
                ("AuthorizationCodeExpiredTime", "\(expiresAt.seconds)"), ("PreAuthCode", preAuthCode),
            ]
        case .unauthorized(let account):
            fields.append(("AuthorizerAppid", account.rawValue))
        }
        let lines = fields.map { name, value in
            name == "CreateTime" || name == "AuthorizationCodeExpiredTime"
                ? "<\(name)>\(value)</\(name)>" : "<\(name)>\(Self.quoted(value))</\(name)>"
        }
        return "<xml>" + lines.joined() + "</xml>"
    }

    private var infoType: String {
        switch self {
        case .ticket: "component_verify_ticket"
        case .authorized(_, _, _, _, let isUpdate): isUpdate ? "updateauthorized" : "authorized"
        case .unauthorized: "unauthorized"
        }
    }

    private static func quoted(_ text: String) -> String {
        "<![CDATA[" + text.replacing("]]>", with: "]]]]><![CDATA[>") + "]]>"
    }
}
