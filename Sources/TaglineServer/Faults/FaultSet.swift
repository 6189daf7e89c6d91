import AdminAPI

/// The fault rules of a file, complete and without contradictions.
public struct FaultSet: Sendable, Hashable {
    /// The seed of every random draw.
    public var seed: UInt64 = 0
    /// The rules, in the order in which the server compares them with a call.
    public var rules: [FaultRule]

    /// The most rules that a sandbox can have.
    public static let most = 1000

    public init(seed: UInt64 = 0, rules: [FaultRule]) {
        self.seed = seed
        self.rules = rules
    }

    /// Reads the rules from the text of a YAML or JSON file.
    ///
    /// Throws ``FileMistake`` with every mistake and its line.
    public init(yaml text: String) throws(FileMistake) {
        self = try FaultReader.set(FileNode.yaml(text))
    }
}
