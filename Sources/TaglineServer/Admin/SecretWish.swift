import AdminAPI
import TagStore

extension SecretWish {
    static let member = AdminMember("secret", .text(.secret), "16 to 128 characters; made for you if absent")

    /// Returns the secret that was wished for, or thirty-two random hexadecimal digits, as the platform's secrets are.
    static func granted(_ secret: String?, _ surroundings: Surroundings) -> String {
        secret ?? Hexadecimal.text(surroundings.randomBytes(16))
    }
}
