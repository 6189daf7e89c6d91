import HTTPTypes

/// A language of the console.
enum ConsoleLanguage: String, Sendable, CaseIterable {
    case english = "en"
    case chinese = "zh"

    /// The name of the cookie that stores the chosen language.
    static let cookie = "tagline-language"

    /// The language tag for the `lang` attribute of a page.
    var tag: String {
        switch self {
        case .english: "en"
        case .chinese: "zh-CN"
        }
    }

    /// The other language, which a page offers.
    var other: ConsoleLanguage { self == .english ? .chinese : .english }

    /// Chooses the language for a request. The first known language counts: the language in the cookie, then the
    /// languages of `Accept-Language` in the order of preference, then English.
    init(cookie: String?, accepts: String?) {
        if let chosen = cookie.flatMap(ConsoleLanguage.init(rawValue:)) {
            self = chosen
            return
        }
        let wanted = (accepts ?? "").lowercased().split(separator: ",").prefix(20).enumerated().compactMap {
            place, part -> (quality: Double, place: Int, language: ConsoleLanguage)? in
            let pieces = part.split(separator: ";").map { $0.trimmingPrefix(while: \.isWhitespace) }
            guard let name = pieces.first,
                let language = ConsoleLanguage.allCases.first(where: {
                    name == $0.rawValue || name.hasPrefix($0.rawValue + "-")
                })
            else { return nil }
            let quality = pieces.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return (quality, place, language)
        }
        self =
            wanted.filter { $0.quality > 0 }.max { ($0.quality, -$0.place) < ($1.quality, -$1.place) }?.language
            ?? .english
    }
}
