import OfficialAccount

/// Keeps a token ready for every call, and fetches one token at a time for all callers that wait.
actor TokenKeeper: AccessTokenSource {
    /// How many seconds before the end of a token the client stops using it.
    private static let margin: Int64 = 60

    private let appID: AppID
    private let fetch: @Sendable (_ forceRefresh: Bool) async throws(CallFailure) -> AccessToken
    private let store: any TokenStore
    private let now: @Sendable () -> Int64
    private struct Refresh {
        let isForced: Bool
        let task: Task<Result<AccessToken, CallFailure>, Never>
    }

    /// The refresh in progress; nil if the keeper is not fetching a token.
    private var refresh: Refresh?

    /// Creates a keeper that has not read or fetched a token yet.
    ///
    /// - Parameters:
    ///   - appID: the account's appid.
    ///   - store: keeps the tokens.
    ///   - now: returns the time in Unix seconds.
    ///   - fetch: asks the platform for a token.
    init(
        appID: AppID, store: any TokenStore, now: @escaping @Sendable () -> Int64,
        fetch: @escaping @Sendable (_ forceRefresh: Bool) async throws(CallFailure) -> AccessToken
    ) {
        self.appID = appID
        self.store = store
        self.now = now
        self.fetch = fetch
    }

    /// Returns the kept token if it ends more than a minute from now; otherwise fetches a token.
    func token() async throws(CallFailure) -> AccessToken {
        if refresh == nil, let kept = try await kept(), kept.expiresAt > now() + Self.margin { return kept }
        return try await renewed(forceRefresh: false)
    }

    /// Returns the kept token if it is not `failed`; otherwise fetches a token.
    func token(after failed: AccessToken) async throws(CallFailure) -> AccessToken {
        if let kept = try await kept(), kept.text != failed.text { return kept }
        let renewed = try await renewed(forceRefresh: false)
        // If the platform still returns the token that failed, force the platform to make another token.
        return renewed.text == failed.text ? try await self.renewed(forceRefresh: true) : renewed
    }

    private func renewed(forceRefresh: Bool) async throws(CallFailure) -> AccessToken {
        // A refresh that is not forced may return the token that failed, so first wait for its end.
        while forceRefresh, let refresh, !refresh.isForced { _ = await refresh.task.value }
        if let refresh { return try await refresh.task.value.get() }
        let task = Task {
            // A caller that comes after the end of this refresh must begin another refresh.
            defer { refresh = nil }
            return await fetched(forceRefresh: forceRefresh)
        }
        refresh = Refresh(isForced: forceRefresh, task: task)
        return try await task.value.get()
    }

    private func fetched(forceRefresh: Bool) async -> Result<AccessToken, CallFailure> {
        do throws(CallFailure) {
            let token = try await fetch(forceRefresh)
            do {
                try await store.keep(token, of: appID)
            } catch {
                throw .tokenStore("the token cannot be kept: \(error)")
            }
            return .success(token)
        } catch {
            return .failure(error)
        }
    }

    private func kept() async throws(CallFailure) -> AccessToken? {
        do {
            return try await store.token(of: appID)
        } catch {
            throw .tokenStore("the token cannot be read: \(error)")
        }
    }
}
