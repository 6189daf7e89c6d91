/// Collects the mistakes of a file, so that a person sees all mistakes together.
struct FileMistakes {
    /// The most mistakes that one error reports.
    private static let most = 50

    private var found: [FileMistake] = []

    mutating func note(_ mistake: FileMistake) {
        found += mistake.all
    }

    /// Returns `value`. If `value` throws, notes the mistake and returns `fallback`.
    mutating func take<Value>(_ fallback: Value, _ value: @autoclosure () throws(FileMistake) -> Value) -> Value {
        do throws(FileMistake) {
            return try value()
        } catch {
            note(error)
            return fallback
        }
    }

    /// Throws the noted mistakes as one error, in the order of their lines. Does nothing if no mistake is noted.
    func judge() throws(FileMistake) {
        let ordered = found.enumerated()
            .sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
            .map(\.element)
        guard let first = ordered.first else { return }
        throw FileMistake(first, and: Array(ordered.dropFirst().prefix(Self.most - 1)))
    }
}
