import OfficialAccount
import TagStore

extension OpenID {
    /// Returns the openid in the parameter `text`. Throws 40003 if the openid is missing or malformed.
    static func required(_ text: String?) throws(Refusal) -> OpenID {
        guard let text else { throw Refusal(.invalidOpenID, "openid is missing") }
        guard let openID = OpenID(text) else { throw .malformed(text) }
        return openID
    }

    /// Returns the openid after which a page begins. Returns nil, which means the first page, if `text` is nil or
    /// empty. Throws 40003 if the text is malformed.
    static func cursor(_ text: String?) throws(Refusal) -> OpenID? {
        guard let text, !text.isEmpty else { return nil }
        return try required(text)
    }
}
