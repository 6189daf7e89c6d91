/// A command with options that may be repeated.
protocol RepeatingOptions {
    /// The names of the options that may be repeated, with two dashes before them.
    static var repeatable: Set<String> { get }
}

/// An option that the command line sets twice. Without ``check(_:for:)``, the parser would silently use only one of the
/// values.
struct RepeatedOption: Equatable, CustomStringConvertible {
    /// The two spellings: `-v` and `--verbose`, or the same spelling twice.
    let first: String
    let second: String

    var description: String {
        first == second
            ? "\(first) is given twice; give it once" : "\(first) and \(second) set the same option; give one of them"
    }

    /// The long names of the options that have a short name, by their short names.
    static let shortNames: [Character: String] = ["h": "--help", "v": "--verbose"]

    /// Returns the first repeated option that must not be repeated; nil if `arguments` contain no such option.
    ///
    /// - Parameter repeatable: the options that may be repeated.
    static func first(in arguments: [String], besides repeatable: Set<String>) -> RepeatedOption? {
        var seen: [String: String] = [:]
        for argument in arguments.prefix(while: { $0 != "--" }) {
            for spelling in spellings(in: argument) {
                let name = name(of: spelling)
                if let first = seen.updateValue(spelling, forKey: name), !repeatable.contains(name) {
                    return RepeatedOption(first: first, second: spelling)
                }
            }
        }
        return nil
    }

    /// Returns the main name of an option with several names: `--verbose` for `-v`, and `--frozen` for `--no-frozen`.
    static func name(of spelling: String) -> String {
        if spelling.hasPrefix("--no-") { return "--" + spelling.dropFirst(5) }
        guard spelling.count == 2, let name = spelling.last.flatMap({ shortNames[$0] }) else { return spelling }
        return name
    }

    /// Returns the options that an argument spells: one option for `--file=f`, two for `-vv`, and none for a value.
    private static func spellings(in argument: String) -> [String] {
        if argument.hasPrefix("--") { return [String(argument.prefix { $0 != "=" })] }
        guard argument.hasPrefix("-") else { return [] }
        let letters = argument.dropFirst()
        return letters.allSatisfy { shortNames[$0] != nil } ? letters.map { "-\($0)" } : []
    }

    /// Throws ``StartFailure`` if `arguments` repeat an option that `command` accepts only once.
    static func check(_ arguments: [String], for command: Any) throws {
        let repeatable = (command as? any RepeatingOptions).map { type(of: $0).repeatable } ?? []
        if let found = first(in: arguments, besides: repeatable) { throw StartFailure.badSetting("\(found)") }
    }
}
