/// Commands to copy, as they stand in the help.
enum Examples {
    static func text(_ lines: [String]) -> String {
        "Examples:\n" + lines.map { "  \($0)" }.joined(separator: "\n")
    }
}
