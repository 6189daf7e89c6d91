import ArgumentParser
import Foundation

/// The commands and their options, as the parser knows them.
struct CommandTree: Decodable {
    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String

            /// The name with its dashes, as a person types it.
            var spelling: String { kind == "long" ? "--\(name)" : "-\(name)" }
        }

        /// `positional`, `option` or `flag`.
        let kind: String
        let isRepeating: Bool
        /// How the parser reads the values. With `default` and `upToNextOption`, no value can begin with a dash.
        let parsingStrategy: String
        let names: [Name]?
        /// The name of the value in the help.
        let valueName: String?
        /// The purpose of the argument, in the help.
        let abstract: String?
        /// What a shell offers for the value, such as `file`, `directory` or `list`; nil for nothing.
        let completionKind: [String: Details]?

        /// The details of a completion, such as the words of a list, which no code reads.
        struct Details: Decodable {}

        /// Whether this is exactly one value without a name, and not all the values that follow.
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

    /// Returns all commands. Inspects every command, so call this function only after an error.
    static func whole() -> CommandTree? {
        try? JSONDecoder().decode(Dump.self, from: Data(Tagline._dumpHelp().utf8)).command
    }

    /// The long names of the options, with two dashes before them.
    var options: [String] {
        (arguments ?? []).flatMap { $0.names ?? [] }.filter { $0.kind == "long" }.map(\.spelling)
    }

    /// Returns the subcommand with this name; nil if there is none.
    func subcommand(_ name: String) -> CommandTree? { subcommands?.first { $0.commandName == name } }

    /// The command that runs: this command, or its default subcommand.
    var running: CommandTree { defaultSubcommand.flatMap { subcommand($0) } ?? self }

    /// The option or the flag with this spelling; nil if there is none.
    func argument(_ spelling: String) -> Argument? {
        arguments?.first { $0.names?.contains { $0.spelling == spelling } ?? false }
    }
}
