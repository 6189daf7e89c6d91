import AdminAPI
import TagStore

extension SecretWish {
    static let member = AdminMember(
        "secret", .text(.secret), "16 to 128 characters; if absent, the server makes a secret")

    /// The member for an account that may be relaxed.
    static let relaxedMember = AdminMember(
        "secret", .text(.relaxedSecret),
        "16 to 128 characters, or 1 to 128 for a relaxed account; if absent, the server makes a secret")

    /// Returns `secret`, or else 32 random hexadecimal digits, which is the form of the platform's secrets.
    static func granted(_ secret: String?, _ surroundings: Surroundings) -> String {
        secret ?? Hexadecimal.text(surroundings.randomBytes(16))
    }
}
