/// The screens of the console, in the order of a sandbox's menu. In production, health comes first.
enum ConsoleScreen: String, Sendable, CaseIterable {
    case calls, errors, followers, tags, accounts, faults, clock, health

    static let home = "/console"

    var path: String { "\(Self.home)/\(rawValue)" }

    /// Whether the screen exists only in a sandbox.
    var isOfSandbox: Bool { self == .faults || self == .clock }
}
