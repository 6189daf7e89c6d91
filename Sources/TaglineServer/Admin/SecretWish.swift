import TagStore

/// What a request says of the secret that an account or a platform is to get.
struct SecretWish: Decodable {
    /// Nil for one that is made here.
    let secret: String?

    static let member = AdminMember("secret", .text(.secret), "16 to 128 characters; made for you if absent")

    /// The one that was wished for, or thirty-two random hexadecimal digits, as the platform's secrets are.
    static func granted(_ secret: String?, _ surroundings: Surroundings) -> String {
        secret ?? Hexadecimal.text(surroundings.randomBytes(16))
    }
}
