/// All rules that a sandbox plays, in the order in which the sandbox applies them to a call.
public struct FaultList: Codable, Sendable, Hashable {
    /// The seed of the random numbers that the rules use.
    public var seed: UInt64
    /// Each rule, with the number of calls that matched, and the number of calls on which the rule fired.
    public var faults: [FaultStatus]

    /// Makes a list of rules.
    public init(seed: UInt64, faults: [FaultStatus]) {
        self.seed = seed
        self.faults = faults
    }
}
