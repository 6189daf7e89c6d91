import OfficialAccount

/// The command line, in a form that a person can read and type again. This form contains no password of a proxy.
enum TypedCommand {
    /// The text that replaces a password.
    static let placeholder = "GIVE-THE-PASSWORD-AGAIN"

    static var text: String { text(of: CommandLine.arguments) }

    /// The same command line with `--resume`.
    static var resuming: String { text(of: resuming(CommandLine.arguments)) }

    static func resuming(_ arguments: [String]) -> [String] {
        guard !arguments.contains("--resume") else { return arguments }
        // After a `--`, the parser would read `--resume` as an argument.
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments[..<end] + ["--resume"] + arguments[end...]
    }

    static func text(of arguments: [String]) -> String {
        let before = [""] + arguments
        return zip(before, arguments).map { previous, argument in
            if previous == "--proxy" { return withoutPassword(argument[...]) }
            let option = "--proxy="
            return argument.hasPrefix(option)
                ? option + withoutPassword(argument.dropFirst(option.count)) : argument
        }
        .map(ShellText.word).joined(separator: " ")
    }

    /// Returns the address of a proxy with ``placeholder`` instead of its password.
    private static func withoutPassword(_ address: Substring) -> String {
        let start = address.firstRange(of: "://")?.upperBound ?? address.startIndex
        guard let end = address.lastIndex(of: "@"), start < end,
            let colon = address[start..<end].firstIndex(of: ":")
        else { return String(address) }
        return "\(address[...colon])\(placeholder)\(address[end...])"
    }
}
