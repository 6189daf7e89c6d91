/// The answer of `token` and `stable_token`.
public struct AccessToken: Answer, Hashable {
    public let token: String
    /// The seconds it has left.
    public let expiresIn: Int

    public init(token: String, expiresIn: Int) {
        self.token = token
        self.expiresIn = expiresIn
    }

    public func write(to json: inout JSONText) {
        json.object {
            $0.field("access_token", token)
            $0.field("expires_in", expiresIn)
        }
    }
}
