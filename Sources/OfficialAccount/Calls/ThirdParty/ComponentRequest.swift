/// A request of a third-party platform: it names the platform in `component_appid`.
public protocol ComponentRequest: JSONRequest {
    /// Nil if it is missing.
    var componentAppID: String? { get }
}

/// A request of a third-party platform about an account that it names in `authorizer_appid`.
public protocol AuthorizerRequest: ComponentRequest {
    /// Nil if it is missing.
    var authorizerAppID: String? { get }
}

/// A token or a code for a third-party platform, and how long it works.
public struct ComponentSecret: CallAnswer, Hashable {
    /// The member that holds it.
    public enum Kind: String, Sendable, CodingKey, CaseIterable {
        case accessToken = "component_access_token"
        case preAuthCode = "pre_auth_code"
    }

    public let kind: Kind
    public let secret: String
    /// Seconds.
    public let expiresIn: Int

    public init(_ kind: Kind, secret: String, expiresIn: Int) {
        self.kind = kind
        self.secret = secret
        self.expiresIn = expiresIn
    }

    private enum CodingKeys: String, CodingKey { case expiresIn = "expires_in" }

    public init(from decoder: any Decoder) throws {
        let secrets = try decoder.container(keyedBy: Kind.self)
        kind = secrets.contains(.accessToken) ? .accessToken : .preAuthCode
        secret = try secrets.decode(String.self, forKey: kind)
        expiresIn = try decoder.container(keyedBy: CodingKeys.self).decode(LenientNumber.self, forKey: .expiresIn).value
    }

    public func write(to json: inout JSONText) {
        json.object {
            $0.field(kind.rawValue, secret)
            $0.field("expires_in", expiresIn)
        }
    }
}
