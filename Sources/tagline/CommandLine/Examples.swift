/// Examples of commands in the help, ready to copy.
enum Examples {
    static func text(_ lines: [String]) -> String {
        "Examples:\n" + lines.map { "  \($0)" }.joined(separator: "\n")
    }
}
