/// A request of a third-party platform.
///
/// The field `component_appid` holds the appid of the third-party platform.
public protocol ComponentRequest: JSONRequest {
    /// The appid of the third-party platform, as the client sent it; nil if the field is missing.
    ///
    /// The platform answers ``ErrorCode/componentAppIDMissing`` to a request without this appid, and
    /// ``ErrorCode/invalidComponent`` to a request with an unknown appid.
    var componentAppID: String? { get }
}

/// A request of a third-party platform about an account.
///
/// The field `authorizer_appid` holds the appid of the account.
public protocol AuthorizerRequest: ComponentRequest {
    /// The appid of the account, as the client sent it; nil if the field is missing.
    var authorizerAppID: String? { get }
}

/// A token or a code for a third-party platform, and how long it works.
///
/// In JSON it is `{"component_access_token":"…","expires_in":7200}` or `{"pre_auth_code":"…","expires_in":1800}`.
public struct ComponentSecret: CallAnswer, Hashable {
    /// Whether a secret is a token or a code.
    ///
    /// The raw value is the name of the JSON field that holds the secret.
    public enum Kind: String, Sendable, CodingKey, CaseIterable {
        /// A token with which the third-party platform makes its own calls.
        case accessToken = "component_access_token"
        /// A code that opens the authorisation page.
        case preAuthCode = "pre_auth_code"
    }

    /// Whether this is a token or a code.
    public let kind: Kind
    /// The text of the token or the code.
    public let secret: String
    /// The number of seconds for which the secret works, as the platform sent it.
    public let expiresIn: Int

    /// Makes the answer with a token or a code that works for `expiresIn` seconds.
    public init(_ kind: Kind, secret: String, expiresIn: Int) {
        self.kind = kind
        self.secret = secret
        self.expiresIn = expiresIn
    }

    private enum CodingKeys: String, CodingKey { case expiresIn = "expires_in" }

    /// Reads the answer; the secret is a code if the answer has no `component_access_token`.
    ///
    /// - Parameter decoder: holds the answer's JSON.
    /// - Throws: `DecodingError` if the answer has no secret as text, or if `expires_in` is missing or is not a whole
    ///   number.
    public init(from decoder: any Decoder) throws {
        let secrets = try decoder.container(keyedBy: Kind.self)
        kind = secrets.contains(.accessToken) ? .accessToken : .preAuthCode
        secret = try secrets.decode(String.self, forKey: kind)
        expiresIn = try decoder.container(keyedBy: CodingKeys.self).decode(LenientNumber.self, forKey: .expiresIn).value
    }

    /// Writes the secret into the field that ``kind`` names, and writes `expires_in`.
    public func write(to json: inout JSONText) {
        json.object {
            $0.field(kind.rawValue, secret)
            $0.field("expires_in", expiresIn)
        }
    }
}
