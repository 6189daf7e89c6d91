import OfficialAccount

/// The command line, in a form that a person can read and type again.
enum TypedCommand {
    static var text: String { text(of: CommandLine.arguments) }

    /// The same command line with `--resume`.
    static var resuming: String { text(of: resuming(CommandLine.arguments)) }

    static func resuming(_ arguments: [String]) -> [String] {
        guard !arguments.contains("--resume") else { return arguments }
        // After a `--`, the option would be an argument.
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments[..<end] + ["--resume"] + arguments[end...]
    }

    static func text(of arguments: [String]) -> String { arguments.map(ShellText.word).joined(separator: " ") }
}
