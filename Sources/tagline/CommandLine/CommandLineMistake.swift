import Foundation
import OfficialAccount

/// A mistake in the command line, with a message that helps more than the message of the argument parser.
struct CommandLineMistake: Equatable, CustomStringConvertible {
    let description: String

    /// Returns the first mistyped subcommand or option, or the first value in the wrong place. Returns nil if this type
    /// finds no mistake.
    static func first(in arguments: [String]) -> CommandLineMistake? {
        CommandTree.whole().flatMap { first(in: arguments, of: $0) }
    }

    static func first(in arguments: [String], of root: CommandTree) -> CommandLineMistake? {
        var command = root
        var path = root.commandName
        var rest = arguments[...]
        while let next = rest.first, !next.hasPrefix("-"), let subcommands = command.subcommands, !subcommands.isEmpty {
            guard let subcommand = command.subcommand(next) else {
                // Of the default subcommands, only `runs list` takes an argument: the path of a directory.
                if next.contains("/") || next.contains(".") { break }
                return noCommand(next, in: command, path, of: root)
            }
            command = subcommand
            path += " " + subcommand.commandName
            rest = rest.dropFirst()
        }
        let known = command.options + (command.subcommands ?? []).flatMap(\.options) + ["--help", "--version"]
        for argument in rest.prefix(while: { $0 != "--" }) where argument.hasPrefix("-") {
            let name = String(argument.prefix { $0 != "=" })
            if argument.hasPrefix("--") {
                if !known.contains(name) {
                    return Self("Unknown option '\(name)'", Suggestion.nearest(to: name, among: known), path)
                }
            } else if let letter = name.dropFirst().first, letter.isLetter, RepeatedOption.shortNames[letter] == nil {
                // Few options have a name of one letter. A longer word probably lacks its second hyphen.
                return Self("Unknown option '\(name)'", Suggestion.nearest(to: "-" + name, among: known), path)
            }
        }
        return misplaced(rest, in: command.running, path, of: root)
    }

    /// Returns the mistake in `help WORD...` if a word is not a command; nil for any other command line.
    static func inHelp(_ arguments: [String]) -> CommandLineMistake? {
        guard arguments.first == "help", let root = CommandTree.whole() else { return nil }
        return inHelp(arguments.dropFirst(), of: root)
    }

    static func inHelp(_ words: some Sequence<String>, of root: CommandTree) -> CommandLineMistake? {
        var command = root
        var path = root.commandName
        for word in words where !word.hasPrefix("-") {
            guard let subcommand = command.subcommand(word) else {
                return noCommand(word, in: command, path, of: root, besides: ["exit-codes"])
            }
            command = subcommand
            path += " " + word
        }
        return nil
    }

    // MARK: Commands

    /// The words that other programs use for a command, each with the word of this program.
    private static let synonyms = [
        "remove": "delete", "rm": "delete", "del": "delete", "delete": "remove", "add": "create", "new": "create",
        "create": "add", "ls": "list", "get": "list", "mv": "rename", "version": "--version",
    ]

    /// - Parameter others: further words that are valid in the place of a command.
    private static func noCommand(
        _ word: String, in command: CommandTree, _ path: String, of root: CommandTree, besides others: [String] = []
    ) -> CommandLineMistake {
        let known = (command.subcommands ?? []).map(\.commandName) + others
        let synonym = synonyms[word].flatMap { known.contains($0) || $0 == "--version" ? $0 : nil }
        let elsewhere = (root.subcommands ?? []).filter { $0.subcommand(word) != nil }
            .map { "\($0.commandName) \(word)" }
        let meant =
            synonym ?? (1...2 ~= elsewhere.count ? elsewhere.joined(separator: "' or '") : nil)
            ?? Suggestion.nearest(to: word, among: known)
        return Self("There is no command '\(word)'", meant, path)
    }

    // MARK: Values

    /// Returns the first value that no option and no argument accepts, or the option whose value looks like an option.
    private static func misplaced(
        _ arguments: ArraySlice<String>, in command: CommandTree, _ path: String, of root: CommandTree
    ) -> CommandLineMistake? {
        let positionals = (command.arguments ?? []).filter { $0.kind == "positional" }
        guard positionals.allSatisfy(\.isSinglePositional) else { return nil }
        var room = positionals.count
        var rest = arguments
        var isEnded = false
        while let argument = rest.popFirst() {
            if argument == "--", !isEnded {
                isEnded = true
            } else if argument.hasPrefix("-"), argument != "-", !isEnded {
                guard !argument.contains("="), let option = command.argument(argument), option.kind == "option",
                    let value = rest.first
                else { continue }
                guard !value.hasPrefix("-") || value == "-" else {
                    guard command.argument(value) == nil, value != "--" else { return nil }
                    return Self("'\(argument)' lacks its value", "\(argument)=\(value)", path)
                }
                rest.removeFirst()
                if option.parsingStrategy == "upToNextOption" { rest = rest.drop { !$0.hasPrefix("-") } }
            } else if room > 0 {
                room -= 1
            } else {
                return Self("Unexpected argument '\(argument)'", meant(by: argument, in: command, path, of: root), path)
            }
        }
        return nil
    }

    /// Returns what a person may have meant by a surplus argument: a command such as `tags list`, or a file.
    private static func meant(
        by argument: String, in command: CommandTree, _ path: String, of root: CommandTree
    ) -> String? {
        let plural = command.commandName + "s"
        if root.subcommand(plural)?.subcommand(argument) != nil { return "\(plural) \(argument)" }
        let isFile = command.argument("--file") != nil && FileManager.default.fileExists(atPath: argument)
        return isFile ? "--file \(argument)" : nil
    }

    /// - Parameters:
    ///   - meant: the words that the person probably meant; nil if no known word is similar.
    ///   - path: the names of the command and its parents. The message names this command's help.
    private init(_ sentence: String, _ meant: String?, _ path: String) {
        let nearest = meant.map { " Did you mean '\($0.shown)'?" } ?? ""
        description = "Error: \(sentence.shown).\(nearest)\nSee '\(path) --help' for more information."
    }
}
