import ArgumentParser
import Foundation

/// A command with its options and subcommands, as the argument parser describes them.
struct CommandTree: Decodable {
    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String

            /// The name with its dashes, as a person types it.
            var spelling: String { kind == "long" ? "--\(name)" : "-\(name)" }
        }

        /// The kind of argument: `positional`, `option` or `flag`.
        let kind: String
        let isRepeating: Bool
        /// How the parser reads the values. With `default` and `upToNextOption`, no value can begin with a dash.
        let parsingStrategy: String
        let names: [Name]?
        /// The name that the help gives to the value.
        let valueName: String?
        /// The sentence with which the help explains the argument.
        let abstract: String?
        /// What a shell offers for the value, such as `file`, `directory` or `list`; nil if the shell offers nothing.
        let completionKind: [String: Details]?

        /// The details of a completion, such as the words of a list. No code reads these details.
        struct Details: Decodable {}

        /// Whether the argument takes exactly one value and has no name.
        var isSinglePositional: Bool { kind == "positional" && !isRepeating && parsingStrategy == "default" }
    }

    let commandName: String
    let arguments: [Argument]?
    let subcommands: [CommandTree]?
    /// The subcommand that runs if the command line names no subcommand.
    let defaultSubcommand: String?

    private struct Dump: Decodable {
        let command: CommandTree
    }

    /// Returns the command `tagline` with all its subcommands; nil if the parser's description cannot be decoded.
    ///
    /// Call this function only after an error, because it takes time to describe every command.
    static func whole() -> CommandTree? {
        try? JSONDecoder().decode(Dump.self, from: Data(Tagline._dumpHelp().utf8)).command
    }

    /// The long names of the options, with two dashes before them.
    var options: [String] {
        (arguments ?? []).flatMap { $0.names ?? [] }.filter { $0.kind == "long" }.map(\.spelling)
    }

    /// Returns the subcommand `name`; nil if no subcommand has this name.
    func subcommand(_ name: String) -> CommandTree? { subcommands?.first { $0.commandName == name } }

    /// The command that runs: this command, or its default subcommand.
    var running: CommandTree { defaultSubcommand.flatMap { subcommand($0) } ?? self }

    /// Returns the option or the flag with this spelling; nil if no option and no flag has it.
    func argument(_ spelling: String) -> Argument? {
        arguments?.first { $0.names?.contains { $0.spelling == spelling } ?? false }
    }
}
