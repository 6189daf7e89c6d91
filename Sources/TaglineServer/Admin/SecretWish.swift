import AdminAPI
import TagStore

extension SecretWish {
    static let member = AdminMember(
        "secret", .text(.secret), "16 to 128 characters; if absent, the server makes a secret")

    /// The member for an account that may be relaxed.
    static let relaxedMember = AdminMember(
        "secret", .text(.relaxedSecret),
        "16 to 128 characters, or 1 to 128 for a relaxed account; if absent, the server makes a secret")

    /// Returns `secret`. If it is nil, returns 32 random hexadecimal digits, like a secret of the platform.
    static func granted(_ secret: String?, _ surroundings: Surroundings) -> String {
        secret ?? Hexadecimal.text(surroundings.randomBytes(16))
    }
}
