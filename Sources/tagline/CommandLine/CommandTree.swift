import ArgumentParser
import Foundation

/// The commands and their options, as the parser knows them.
struct CommandTree: Decodable {
    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let names: [Name]?
    }

    let commandName: String
    let arguments: [Argument]?
    let subcommands: [CommandTree]?

    private struct Dump: Decodable {
        let command: CommandTree
    }

    /// Returns all commands. It inspects every command, so call it only after an error.
    static func whole() -> CommandTree? {
        try? JSONDecoder().decode(Dump.self, from: Data(Tagline._dumpHelp().utf8)).command
    }

    /// The long names of the options, with two dashes before them.
    var options: [String] {
        (arguments ?? []).flatMap { $0.names ?? [] }.filter { $0.kind == "long" }.map { "--\($0.name)" }
    }
}
