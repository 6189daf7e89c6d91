import OfficialAccount
import OfficialAccountClient

// Other modules have a type `AccessToken` too.
import struct OfficialAccountClient.AccessToken

/// Reads tokens from a store and keeps new tokens in memory, for commands that may not write anything.
actor UnwrittenTokenStore: TokenStore {
    private let store: any TokenStore
    private let own = MemoryTokenStore()

    init(_ store: any TokenStore) {
        self.store = store
    }

    func token(of appID: AppID) async throws -> AccessToken? {
        if let token = await own.token(of: appID) { return token }
        return try await store.token(of: appID)
    }

    func keep(_ token: AccessToken, of appID: AppID) async { await own.keep(token, of: appID) }
}
