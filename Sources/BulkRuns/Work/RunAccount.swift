import OfficialAccount
import OfficialAccountClient

/// The account that a run changes, and how it is called.
package struct RunAccount: Sendable {
    package let appID: AppID
    /// The name of the account's profile; nil without one.
    package let name: String?
    /// The address of the API: scheme, host and perhaps a port.
    package let baseURL: String
    /// The proxy that the calls go through, as host and port; nil for none.
    package let proxy: String?
    /// For the calls before and after a run. It reports a server that does not answer soon.
    package let client: OfficialAccountClient
    /// For the calls of the run. It repeats a call for longer.
    package let patient: OfficialAccountClient

    package init(
        appID: AppID, name: String?, baseURL: String, proxy: String? = nil, client: OfficialAccountClient,
        patient: OfficialAccountClient
    ) {
        self.appID = appID
        self.name = name
        self.baseURL = baseURL
        self.proxy = proxy
        self.client = client
        self.patient = patient
    }

    /// The account and the API's address, for people.
    package var told: String {
        "the account \(name.map { "\($0.shown) (\(appID.rawValue.shown))" } ?? appID.rawValue.shown) at \(baseURL)"
    }

    /// Reads the tags of the account, with one call. The client knows from then on which tags exist, and does not give
    /// one up because of a single 45159.
    package func tags() async throws(CallFailure) -> AccountTags { AccountTags(try await client.tags.list()) }
}
