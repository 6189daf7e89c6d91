/// Makes the texts of tickets, codes and tokens for platforms. The part before `@@@` is the same as in WeChat's texts.
struct ComponentMint: Sendable {
    let surroundings: Surroundings

    func token() -> String { TokenMint(surroundings: surroundings).ordinaryToken(of: nil) }
    func ticket() -> String { text("ticket") }
    func preAuthCode() -> String { text("preauthcode") }
    func authorizationCode() -> String { text("queryauthcode") }
    func refreshToken() -> String { text("refreshtoken") }

    private func text(_ name: String) -> String {
        let digits = surroundings.randomBytes(66).map { Self.alphabet[Int($0) & 63] }
        return "\(name)@@@" + String(decoding: digits, as: UTF8.self)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
}
