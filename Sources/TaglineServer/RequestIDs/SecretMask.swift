import OfficialAccount
import TagStore

/// Finds secrets in a call, whatever the shape of the call, and masks them.
///
/// A refused call is often not in the expected format: it is a form, or XML, or truncated JSON. So the mask relies on
/// no syntax. Once ``NamedSecrets`` has found a value, the mask hides the value everywhere. It also hides the account's
/// own secret under any name. The cost is linear in the length of the text.
struct SecretMask {
    /// The mask hides values shorter than this where they stand, but does not look for them elsewhere.
    private static let shortestWord = 8
    /// The most words of a text that are hashed and compared with the account's secret. This bounds the cost of one
    /// text.
    private static let mostHashed = 512
    /// The number of bytes of a secret that stay visible.
    private static let shown = 4

    private let secret: Fingerprint
    private var values: Set<[UInt8]> = []

    init(secret: Fingerprint) {
        self.secret = secret
    }

    /// Finds the secrets in `text`, and remembers them.
    mutating func learn(_ text: String) {
        let bytes = Array(text.utf8)
        for range in NamedSecrets(bytes: bytes).places {
            for word in SecretWords.places(in: bytes[range]) where word.count >= Self.shortestWord {
                values.insert(Array(bytes[word]))
            }
        }
        var hashed = 0
        for word in SecretWords.places(in: bytes[...]) where 16...128 ~= word.count && hashed < Self.mostHashed {
            let value = bytes[word]
            // Most bodies consist mainly of openids, which are not secret.
            if value.count == OpenID.length, value.first == UInt8(ascii: "o") { continue }
            hashed += 1
            if Fingerprint(of: String(decoding: value, as: UTF8.self)) == secret { values.insert(Array(value)) }
        }
        for range in SecretWords.escapedPlaces(in: bytes) where hashed < Self.mostHashed {
            let word = CharacterEscapes.decoded(bytes[range])
            guard 16...128 ~= word.count else { continue }
            hashed += 1
            if Fingerprint(of: String(decoding: word, as: UTF8.self)) == secret { values.insert(word) }
        }
    }

    /// Returns `text` with every known secret masked, including the secrets learnt from other texts.
    func applied(to text: String) -> String {
        let bytes = Array(text.utf8)
        var hidden = NamedSecrets(bytes: bytes).places
        for word in SecretWords.places(in: bytes[...]) where values.contains(Array(bytes[word])) { hidden.append(word) }
        for word in SecretWords.escapedPlaces(in: bytes)
        where values.contains(CharacterEscapes.decoded(bytes[word])) { hidden.append(word) }
        hidden.sort { $0.lowerBound < $1.lowerBound }
        var masked: [UInt8] = []
        var place = 0
        for range in hidden where range.upperBound > place {
            let start = max(place, range.lowerBound)
            masked += bytes[place..<start]
            if range.lowerBound >= place {
                masked += bytes[start..<min(range.upperBound, start + Self.shown)]
                masked += "***".utf8
            }
            place = range.upperBound
        }
        masked += bytes[place...]
        return String(decoding: masked, as: UTF8.self)
    }
}
