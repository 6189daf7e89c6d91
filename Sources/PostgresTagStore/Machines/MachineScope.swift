/// The machines that a call needs.
enum MachineScope: Sendable {
    /// The machine that holds this account.
    case account(AccountKey)
    /// All machines.
    case every
    /// Only the machine that the node connects to, because every machine has a copy of the tables that the call reads.
    case copies

    var account: AccountKey? {
        if case .account(let account) = self { account } else { nil }
    }
}
