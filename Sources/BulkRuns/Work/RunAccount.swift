import OfficialAccount
import OfficialAccountClient

/// The account that a run changes, and the clients that call the API for this account.
package struct RunAccount: Sendable {
    package let appID: AppID
    /// The name of the account's profile; nil if the command uses no profile.
    package let name: String?
    /// Whether the calls use an access token that the person supplied. Such a token decides which account the calls
    /// change.
    package let isTokenSupplied: Bool
    /// The address of the API: scheme, host and perhaps a port.
    package let baseURL: String
    /// The proxy that the calls go through, as host and port; nil if the command uses no proxy.
    package let proxy: String?
    /// The client for the calls before and after a run. If the server does not answer, this client soon reports a
    /// failure.
    package let client: OfficialAccountClient
    /// The client for the calls of the run. This client repeats a failed call for a longer time.
    package let patient: OfficialAccountClient

    package init(
        appID: AppID, name: String?, isTokenSupplied: Bool = false, baseURL: String, proxy: String? = nil,
        client: OfficialAccountClient, patient: OfficialAccountClient
    ) {
        self.appID = appID
        self.name = name
        self.isTokenSupplied = isTokenSupplied
        self.baseURL = baseURL
        self.proxy = proxy
        self.client = client
        self.patient = patient
    }

    /// The account and the API's address, for people.
    package var told: String {
        let account = name.map { "\($0.shown) (\(appID.rawValue.shown))" } ?? appID.rawValue.shown
        return isTokenSupplied
            ? "the account of the given access token, called \(account), at \(baseURL)"
            : "the account \(account) at \(baseURL)"
    }

    /// Reads the tags of the account, with one call. After this call the client knows which tags exist. If the platform
    /// answers 45159 for a known tag, the client tries again.
    package func tags() async throws(CallFailure) -> AccountTags { AccountTags(try await client.tags.list()) }
}
