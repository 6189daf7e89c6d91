/// A command with options that may be repeated.
protocol RepeatingOptions {
    /// The names of these options, with two dashes before them.
    static var repeatable: Set<String> { get }
}

/// Finds repeated options of which the parser would silently use only one.
enum RepeatedOption {
    /// Returns the first option that is repeated; nil if there is none.
    ///
    /// - Parameter repeatable: the options that may be repeated.
    static func first(in arguments: [String], besides repeatable: Set<String>) -> String? {
        var seen: Set<Substring> = []
        for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
            let name = argument.prefix { $0 != "=" }
            if !seen.insert(name).inserted, !repeatable.contains(String(name)) { return String(name) }
        }
        return nil
    }

    /// Throws ``StartFailure`` if an option is repeated that may be given only once.
    static func check(_ arguments: [String], for command: Any) throws {
        let repeatable = (command as? any RepeatingOptions).map { type(of: $0).repeatable } ?? []
        if let name = first(in: arguments, besides: repeatable) {
            throw StartFailure.badSetting("\(name) is given twice; give it once")
        }
    }
}
