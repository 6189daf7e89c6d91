import OfficialAccount

/// Gives a client its tokens.
///
/// The client asks for a token before each call. If the platform answers that the token no longer works, the client
/// asks once for another token and makes the call once more.
public protocol AccessTokenSource: Sendable {
    /// Returns a token for the next call.
    ///
    /// - Returns: the token.
    /// - Throws: ``CallFailure`` if the source has no token, preferably ``CallFailure/tokenSource(_:)``.
    func token() async throws(CallFailure) -> AccessToken

    /// Returns a token to replace `failed`.
    ///
    /// - Parameter failed: the token that no longer works.
    /// - Returns: a token other than `failed`.
    /// - Throws: ``CallFailure`` if the source has no other token, preferably ``CallFailure/tokenSource(_:)``.
    func token(after failed: AccessToken) async throws(CallFailure) -> AccessToken
}

/// A source of one token that another program made, such as an `authorizer_access_token`.
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

    /// Throws ``CallFailure/tokenSource(_:)``, because the source has no other token.
    public func token(after failed: AccessToken) async throws(CallFailure) -> AccessToken {
        throw .tokenSource("the given access token no longer works; give another one")
    }
}

/// A source of tokens that a function supplies, for example from a central token server, a file or a command.
///
/// The source calls the function for the first token, and then each time a token no longer works. Callers that wait at
/// the same time share one call of the function. If the function has no other token, all API calls that used the failed
/// token fail for the same reason. For the next API call, the source calls the function again.
public actor SuppliedAccessTokens: AccessTokenSource {
    private let supply: @Sendable () async throws -> String
    private var present: AccessToken?
    /// The token that no longer works, and the reason why the source had no other token.
    private var dead: (text: String, failure: CallFailure)?
    private var asking: Task<Result<AccessToken, CallFailure>, Never>?

    /// Creates a source from a function.
    ///
    /// - Parameter supply: returns the token to use now. If the function throws, the API call fails with
    ///   ``CallFailure/tokenSource(_:)``, which shows the error's text.
    public init(_ supply: @escaping @Sendable () async throws -> String) {
        self.supply = supply
    }

    /// Returns the token that the function supplied last, or calls the function if the source has no token.
    ///
    /// - Returns: the token.
    /// - Throws: ``CallFailure/tokenSource(_:)`` if the function throws, or returns an empty text.
    public func token() async throws(CallFailure) -> AccessToken {
        if let present { return present }
        return try await ask()
    }

    /// Returns a token other than `failed`, and calls the function if the source has no other token.
    ///
    /// The source calls the function once for each failed token.
    ///
    /// - Parameter failed: the token that no longer works.
    /// - Returns: a token other than `failed`.
    /// - Throws: ``CallFailure/tokenSource(_:)`` if the function throws, or returns an empty text or `failed` again.
    public func token(after failed: AccessToken) async throws(CallFailure) -> AccessToken {
        if let present, present.text != failed.text { return present }
        // The next API call must not use the failed token again. So the source drops this token, and calls the function
        // for the next API call.
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
