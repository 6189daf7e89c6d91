/// A command that has options which may be given several times.
protocol RepeatingOptions {
    /// Their names, with two dashes before them.
    static var repeatable: Set<String> { get }
}

/// Finds options that were given twice where one would silently win.
enum RepeatedOption {
    /// The first option that is given a second time; nil if there is none.
    ///
    /// - Parameter repeatable: options that may be given several times.
    static func first(in arguments: [String], besides repeatable: Set<String>) -> String? {
        var seen: Set<Substring> = []
        for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
            let name = argument.prefix { $0 != "=" }
            if !seen.insert(name).inserted, !repeatable.contains(String(name)) { return String(name) }
        }
        return nil
    }

    /// Throws ``StartFailure`` if an option is given twice that may be given once.
    static func check(_ arguments: [String], for command: Any) throws {
        let repeatable = (command as? any RepeatingOptions).map { type(of: $0).repeatable } ?? []
        if let name = first(in: arguments, besides: repeatable) {
            throw StartFailure.badSetting("\(name) is given twice; give it once")
        }
    }
}
