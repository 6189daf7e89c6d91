import OfficialAccount
import TagStore

/// Finds secrets in a call, whatever the shape of the call, and masks them. This is the only place that decides which
/// parts of a call are secret.
///
/// A refused call is often not in the expected format: it is a form, or XML, or truncated JSON. So the mask does not
/// rely on a syntax, and finds secrets in three ways:
///
/// - **By name**: values under the name of a secret; see ``NamedSecrets`` and ``SecretNames``.
/// - **By form**: tokens, tickets and codes; see ``SecretWords``.
/// - **By value**: the account's own secret, and each copy of a value that the mask found by name.
///
/// The mask looks at the text as the caller sent it, and with its escapes decoded; see ``TextLayer``. The cost is
/// linear in the length of the text, and the code that uses the mask bounds this length.
struct SecretMask {
    /// The most bytes of a secret that stay visible. At most half of a short secret stays visible.
    private static let shown = 4

    private let secret: Fingerprint
    /// The account's own secret in lower case; nil until the mask finds it in a text.
    private var own: [UInt8]?
    /// The known secrets in lower case, by their length.
    private var values: [Int: Set<[UInt8]>] = [:]

    /// - Parameter secret: the fingerprint of the secret of the account that made the call.
    init(secret: Fingerprint) {
        self.secret = secret
    }

    // MARK: Learning

    /// Remembers the secrets in `text`, so that the mask hides them in other texts too.
    mutating func learn(_ text: SearchedText) {
        for word in text.words { remember(word[...]) }
        lookForOwnSecret(in: text)
        for part in text.packed { lookForOwnSecret(in: part.text) }
    }

    private mutating func lookForOwnSecret(in text: SearchedText) {
        guard secret != .zero else { return }
        for part in text.candidates where SecretWords.lengths.contains(part.bytes.count) && isOwnSecret(part.bytes) {
            remember(part.bytes)
            own = part.bytes.map(\.inLowerCase)
        }
    }

    /// Returns whether a part of a text is the account's secret. Case does not matter for hexadecimal digits.
    private func isOwnSecret(_ part: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: part, as: UTF8.self)
        if Fingerprint(of: text) == secret { return true }
        guard part.allSatisfy(\.isHexadecimal) else { return false }
        return [text.lowercased(), text.uppercased()].contains { $0 != text && Fingerprint(of: $0) == secret }
    }

    private mutating func remember(_ word: ArraySlice<UInt8>) {
        values[word.count, default: []].insert(word.map(\.inLowerCase))
    }

    // MARK: Masking

    /// Returns `text` with every known secret masked, including the secrets learnt from other texts.
    func applied(to text: SearchedText) -> String {
        let known = text.secrets + known(in: text) + beginnings(in: text)
        let packed = text.packed.filter { !self.known(in: $0.text).isEmpty }.map(\.place)
        return Self.masked(text.bytes, (known + packed).sorted { $0.lowerBound < $1.lowerBound })
    }

    func applied(to text: String) -> String { applied(to: SearchedText(text)) }

    /// Returns the parts of the text that are known secrets.
    private func known(in text: SearchedText) -> [Range<Int>] {
        guard !values.isEmpty else { return [] }
        return text.candidates.filter { part in
            guard let same = values[part.bytes.count] else { return false }
            return same.contains(part.bytes.map(\.inLowerCase))
        }.map(\.place)
    }

    /// Returns the places where the text was cut off within the account's own secret.
    private func beginnings(in text: SearchedText) -> [Range<Int>] {
        guard let own else { return [] }
        return text.cuts.compactMap { cut in
            let part = text.bytes[cut].suffix(own.count).map(\.inLowerCase)
            let length = part.indices.map { part.count - $0 }.first { own.starts(with: part.suffix($0)) }
            guard let length, length > Self.shown else { return nil }
            return cut.upperBound - length..<cut.upperBound
        }
    }

    /// Returns the text, and masks its parts at the places in `hidden`. The places are in order, and may overlap.
    private static func masked(_ bytes: [UInt8], _ hidden: [Range<Int>]) -> String {
        var masked: [UInt8] = []
        var place = 0
        var rest = hidden[...]
        while var part = rest.popFirst() {
            while let next = rest.first, next.lowerBound < part.upperBound {
                part = part.lowerBound..<max(part.upperBound, next.upperBound)
                rest.removeFirst()
            }
            masked += bytes[place..<part.lowerBound]
            masked += beginning(of: bytes[part])
            masked += "***".utf8
            place = part.upperBound
        }
        masked += bytes[place...]
        return String(decoding: masked, as: UTF8.self)
    }

    /// Returns the part of a secret that stays visible.
    private static func beginning(of secret: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var part = secret.prefix(min(shown, secret.count / 2))
        // Do not cut a character in two.
        while let next = secret.dropFirst(part.count).first, next & 0xC0 == 0x80, !part.isEmpty { part.removeLast() }
        return part
    }
}
