/// The command as it was typed, to be shown and typed again.
enum TypedCommand {
    static var text: String { text(of: CommandLine.arguments) }

    /// The same with `--resume`.
    static var resuming: String { text(of: resuming(CommandLine.arguments)) }

    static func resuming(_ arguments: [String]) -> [String] {
        guard !arguments.contains("--resume") else { return arguments }
        // Behind a lone -- it would be an argument.
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments[..<end] + ["--resume"] + arguments[end...]
    }

    static func text(of arguments: [String]) -> String { arguments.map(quoted).joined(separator: " ") }

    /// An argument as a shell takes it. Letters of any script stand as they are.
    static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0.isASCII
                    ? "-_.,:/=@%+".unicodeScalars.contains($0) || $0.properties.isAlphabetic || ("0"..."9").contains($0)
                    : $0.properties.isAlphabetic
            }
        return isPlain ? text : "'\(text.replacing("'", with: #"'\''"#))'"
    }
}
