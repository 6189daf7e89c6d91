import HTTPTypes

/// Why the console itself did not do what a person asked for, with a sentence in the language of the page.
///
/// If the admin plane or the API refuses a call, the console uses an ``AdminError`` or a ``FollowerFormCalls/Verdict``
/// instead. Their reasons are in English.
struct ConsoleMistake: Error, Hashable {
    let status: HTTPResponse.Status
    /// The key of the sentence in ``WordTable``.
    let key: String
    /// The values that replace the placeholders in the sentence, by the names of the placeholders.
    var values: [String: String] = [:]

    func sentence(_ words: Words) -> String { words.text(key, values) }

    static let unsure = ConsoleMistake(status: .badRequest, key: "mistake_unsure")
    static let notRepeatable = ConsoleMistake(status: .conflict, key: "mistake_not_repeatable")
    static let noSpan = ConsoleMistake(status: .badRequest, key: "mistake_no_span")
    static let noSeconds = ConsoleMistake(status: .badRequest, key: "mistake_no_seconds")
    static let newerSecret = ConsoleMistake(status: .conflict, key: "mistake_newer_secret")
    static let noCount = ConsoleMistake(status: .badRequest, key: "mistake_no_count")
    static let failed = ConsoleMistake(status: .internalServerError, key: "mistake_failed")

    static func changed(to value: String) -> ConsoleMistake {
        ConsoleMistake(status: .conflict, key: "mistake_changed", values: ["value": Excerpt.inRow(value)])
    }

    static func notFindable(_ quoted: String) -> ConsoleMistake {
        ConsoleMistake(status: .badRequest, key: "mistake_not_findable", values: ["text": quoted])
    }

    static func noMark(_ quoted: String) -> ConsoleMistake {
        ConsoleMistake(status: .notFound, key: "mistake_no_mark", values: ["name": quoted])
    }

    static func noCall(_ number: Int) -> ConsoleMistake {
        ConsoleMistake(status: .notFound, key: "mistake_no_call", values: ["n": "\(number)"])
    }

    static func manyImports(most: Int) -> ConsoleMistake {
        ConsoleMistake(status: .tooManyRequests, key: "mistake_many_imports", values: ["n": "\(most)"])
    }
}
