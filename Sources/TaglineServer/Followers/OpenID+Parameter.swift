import OfficialAccount
import TagStore

extension OpenID {
    /// The openid of a parameter. Throws 40003 if it is missing or malformed.
    static func required(_ text: String?) throws(Refusal) -> OpenID {
        guard let text else { throw Refusal(.invalidOpenID, "openid is missing") }
        guard let openID = OpenID(text) else { throw .malformed(text) }
        return openID
    }

    /// The openid that a page comes after; nil, or empty text, for the first page. Throws 40003 if it is malformed.
    static func cursor(_ text: String?) throws(Refusal) -> OpenID? {
        guard let text, !text.isEmpty else { return nil }
        return try required(text)
    }
}
