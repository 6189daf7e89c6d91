/// A screen of the console, in the order in which they are offered.
enum ConsoleScreen: String, Sendable, CaseIterable {
    case calls, errors, followers, tags, accounts, faults, clock, health

    static let home = "/console"

    var path: String { "\(Self.home)/\(rawValue)" }

    /// Whether only a sandbox has it.
    var isOfSandbox: Bool { self == .faults || self == .clock }
}
