import OfficialAccount

/// A mistake in the command line for which the parser's own message is less helpful.
struct CommandLineMistake: Equatable, CustomStringConvertible {
    let description: String

    /// Returns the first mistyped subcommand or option; nil if there is none.
    static func first(in arguments: [String]) -> CommandLineMistake? {
        CommandTree.whole().flatMap { first(in: arguments, of: $0) }
    }

    static func first(in arguments: [String], of root: CommandTree) -> CommandLineMistake? {
        var command = root
        var path = root.commandName
        var rest = arguments[...]
        while let next = rest.first, !next.hasPrefix("-"), let subcommands = command.subcommands, !subcommands.isEmpty {
            guard let subcommand = subcommands.first(where: { $0.commandName == next }) else {
                // Only the default subcommand `runs list` takes an argument, which is a directory.
                if next.contains("/") || next.contains(".") { break }
                return Self("There is no command '\(next)'", next, subcommands.map(\.commandName), path)
            }
            command = subcommand
            path += " " + subcommand.commandName
            rest = rest.dropFirst()
        }
        let known = command.options + (command.subcommands ?? []).flatMap(\.options) + ["--help", "--version"]
        for argument in rest.prefix(while: { $0 != "--" }) where argument.hasPrefix("-") {
            let name = String(argument.prefix { $0 != "=" })
            if argument.hasPrefix("--") {
                if !known.contains(name) { return Self("Unknown option '\(name)'", name, known, path) }
            } else if let letter = name.dropFirst().first, letter.isLetter, !["h", "v"].contains(letter) {
                // The only options of one letter are -h and -v. A longer word was meant to have two hyphens.
                return Self("Unknown option '\(name)'", "-" + name, known, path)
            }
        }
        return nil
    }

    private init(_ sentence: String, _ typed: String, _ known: [String], _ path: String) {
        let nearest = Suggestion.nearest(to: typed, among: known).map { " Did you mean '\($0)'?" } ?? ""
        description = "Error: \(sentence.shown).\(nearest)\nSee '\(path) --help' for more information."
    }
}
