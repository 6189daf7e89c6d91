import OfficialAccount

extension OpenID {
    /// Returns the openid of a test's follower: the prefix, zeros, and the number in decimal digits.
    ///
    /// - Parameter prefix: an `o` and then characters that an openid can have. It must leave room for the number.
    package static func numbered(_ prefix: String, _ number: Int) -> OpenID {
        let digits = String(number)
        let text = prefix + String(repeating: "0", count: max(0, length - prefix.count - digits.count)) + digits
        guard let openID = OpenID(text) else { preconditionFailure("\(text) is not an openid") }
        return openID
    }
}
