import OfficialAccount

/// Gives a client its tokens.
///
/// The client asks for a token before each call. If the platform answers that the token no longer works, the client
/// asks once for another token and makes the call once more.
public protocol AccessTokenSource: Sendable {
    /// Returns the token for a call that is made now.
    ///
    /// - Returns: the token.
    /// - Throws: ``CallFailure`` if there is none, preferably ``CallFailure/tokenSource(_:)``.
    func token() async throws(CallFailure) -> AccessToken

    /// Returns a token to replace `failed`.
    ///
    /// - Parameter failed: the token that no longer works.
    /// - Returns: the other token.
    /// - Throws: ``CallFailure`` if there is no other, preferably ``CallFailure/tokenSource(_:)``.
    func token(after failed: AccessToken) async throws(CallFailure) -> AccessToken
}

/// One token that another program made, such as an `authorizer_access_token`.
///
/// The source has no other token, so calls fail after this token has ended.
public struct FixedAccessToken: AccessTokenSource {
    private let text: String

    /// Creates a source of one token.
    ///
    /// - Parameter text: the token.
    public init(_ text: String) {
        self.text = text
    }

    /// Returns the token.
    public func token() async throws(CallFailure) -> AccessToken { AccessToken(text: text, expiresAt: .max) }

    /// Throws ``CallFailure/tokenSource(_:)``, because there is no other token.
    public func token(after failed: AccessToken) async throws(CallFailure) -> AccessToken {
        throw .tokenSource("the access token that was given no longer works; give another one")
    }
}

/// Tokens that a function supplies, for example from a central token server, a file or a command.
///
/// The source calls the function for the first token, and then each time a token no longer works. Callers that wait at
/// the same time share one call of the function. If the function has no other token, all calls under way with the dead
/// token fail for the same reason. The next call asks the function again.
public actor SuppliedAccessTokens: AccessTokenSource {
    private let supply: @Sendable () async throws -> String
    private var present: AccessToken?
    /// The token that no longer works, and the reason why the source had no other token.
    private var dead: (text: String, failure: CallFailure)?
    private var asking: Task<Result<AccessToken, CallFailure>, Never>?

    /// Creates a source from a function.
    ///
    /// - Parameter supply: returns the present token. If it throws, the call fails with
    ///   ``CallFailure/tokenSource(_:)``, which shows the error's text.
    public init(_ supply: @escaping @Sendable () async throws -> String) {
        self.supply = supply
    }

    /// Returns the token that was supplied last, or asks the function for the first one.
    ///
    /// - Returns: the token.
    /// - Throws: ``CallFailure/tokenSource(_:)`` if the function throws, or returns an empty text.
    public func token() async throws(CallFailure) -> AccessToken {
        if let present { return present }
        return try await ask()
    }

    /// Returns another token than `failed`, and asks the function if the source has none.
    ///
    /// Asks the function once for each failed token.
    ///
    /// - Parameter failed: the token that no longer works.
    /// - Returns: the other token.
    /// - Throws: ``CallFailure/tokenSource(_:)`` if the function throws, or returns an empty text or `failed` again.
    public func token(after failed: AccessToken) async throws(CallFailure) -> AccessToken {
        if let present, present.text != failed.text { return present }
        // The next call must not use the dead token again, so it first asks for another token.
        defer { if present?.text == failed.text { present = nil } }
        if let dead, dead.text == failed.text { throw dead.failure }
        do throws(CallFailure) {
            let next = try await ask()
            guard next.text == failed.text else { return next }
            throw .tokenSource("the access token no longer works, and the same one was supplied again")
        } catch {
            dead = (failed.text, error)
            throw error
        }
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
