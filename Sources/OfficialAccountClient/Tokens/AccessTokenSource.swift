import OfficialAccount

/// Where a client has its tokens from.
///
/// The client asks for a token before each call. If a call is answered that the token no longer works, the client asks once for the
/// next one and makes the call once more.
public protocol AccessTokenSource: Sendable {
    /// The token to call with now. Throws ``CallFailure`` if there is none.
    func token() async throws(CallFailure) -> AccessToken

    /// Another token than `failed`, which no longer works. Throws ``CallFailure`` if there is no other.
    func token(after failed: AccessToken) async throws(CallFailure) -> AccessToken
}

/// One token of somebody else's making, such as an authorizer_access_token. There is no next one.
public struct FixedAccessToken: AccessTokenSource {
    private let text: String

    /// - Parameter text: the token.
    public init(_ text: String) {
        self.text = text
    }

    public func token() async throws(CallFailure) -> AccessToken { AccessToken(text: text, expiresAt: .max) }

    public func token(after failed: AccessToken) async throws(CallFailure) -> AccessToken {
        throw .tokenSource("the access token that was given no longer works; give another one")
    }
}

/// Tokens that a function hands out: of a central token server, a file, a command.
///
/// The function is called for the first token, and then each time a token has died. Callers that wait at the same time share one
/// call of it.
public actor SuppliedAccessTokens: AccessTokenSource {
    private let supply: @Sendable () async throws -> String
    private var present: AccessToken?
    private var asking: Task<Result<AccessToken, CallFailure>, Never>?

    /// - Parameter supply: returns the present token. What it throws is told in the failure of the call.
    public init(_ supply: @escaping @Sendable () async throws -> String) {
        self.supply = supply
    }

    public func token() async throws(CallFailure) -> AccessToken {
        if let present { return present }
        return try await ask()
    }

    public func token(after failed: AccessToken) async throws(CallFailure) -> AccessToken {
        if let present, present.text != failed.text { return present }
        let next = try await ask()
        guard next.text != failed.text else {
            throw .tokenSource("the access token no longer works, and the same one was supplied again")
        }
        return next
    }

    private func ask() async throws(CallFailure) -> AccessToken {
        if let asking { return try await asking.value.get() }
        let task = Task {
            defer { asking = nil }
            return await supplied()
        }
        asking = task
        return try await task.value.get()
    }

    private func supplied() async -> Result<AccessToken, CallFailure> {
        do {
            let text = try await supply()
            guard !text.isEmpty else { return .failure(.tokenSource("the access token that was supplied is empty")) }
            let token = AccessToken(text: text, expiresAt: .max)
            present = token
            return .success(token)
        } catch {
            return .failure(.tokenSource("no access token was supplied: \(error)"))
        }
    }
}
