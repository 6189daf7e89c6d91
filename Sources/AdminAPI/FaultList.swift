/// Every rule that a sandbox plays, in the order in which the server applies them to a call.
public struct FaultList: Codable, Sendable, Hashable {
    /// The seed of the random draws.
    public var seed: UInt64
    /// The rules.
    public var faults: [FaultStatus]

    /// Makes a list of rules.
    public init(seed: UInt64, faults: [FaultStatus]) {
        self.seed = seed
        self.faults = faults
    }
}
