/// The sentences of the console in one language.
struct Words: Sendable {
    let language: ConsoleLanguage
    /// The sentences by their keys, for templates.
    let texts: [String: String]

    static let english = Words(language: .english, column: 1)
    static let chinese = Words(language: .chinese, column: 2)

    static func of(_ language: ConsoleLanguage) -> Words {
        switch language {
        case .english: english
        case .chinese: chinese
        }
    }

    private init(language: ConsoleLanguage, column: Int) {
        self.language = language
        texts = Dictionary(WordTable.rows.map { ($0[0], $0[column]) }, uniquingKeysWith: { first, _ in first })
    }

    /// Returns two sentences, one after the other.
    func joined(_ first: String, _ second: String) -> String {
        first + (language == .english && !first.isEmpty && !second.isEmpty ? " " : "") + second
    }

    /// Returns the sentence with this key; the key itself if no sentence has this key.
    subscript(key: String) -> String { texts[key] ?? key }

    /// Returns the sentence with this key, with each `{name}` replaced by its value. If the value of `n` is 1, uses the
    /// sentence with the key `key` + `_one` instead, if there is one.
    func text(_ key: String, _ values: [String: String]) -> String {
        let one = values["n"] == "1" ? texts[key + "_one"] : nil
        return values.reduce(one ?? self[key]) { $0.replacing("{\($1.key)}", with: $1.value) }
    }
}
