import OfficialAccount

/// Answers the calls that list addresses of the platform.
struct AddressHandlers: Sendable {
    /// The addresses that both calls return.
    let addresses: [String]

    func answer(_ table: inout CallTable) {
        table.account(GetCallbackIP.self) { _, _ in IPList(addresses: addresses) }
        table.account(GetAPIDomainIP.self) { _, _ in IPList(addresses: addresses) }
    }
}
