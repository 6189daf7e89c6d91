import OfficialAccount

/// A text that may hold secrets, with the parts that are secret by their name or by their own form.
struct SearchedText {
    /// A text that the sent text holds in base64, with the place of the base64 in the sent text.
    struct Inner {
        let place: Range<Int>
        let text: SearchedText
    }

    /// A part of the text that may be one of the secrets that the mask knows.
    struct Candidate {
        let place: Range<Int>
        let bytes: ArraySlice<UInt8>
    }

    let bytes: [UInt8]
    /// The parts that are secret by their name or by their own form. A text with too many levels of escapes is secret
    /// as a whole.
    private(set) var secrets: [Range<Int>] = []
    /// The words in the values of secret names, and the parts that are secret by their own form. All of these are
    /// secret under any other name too.
    private(set) var words: [[UInt8]] = []
    private(set) var candidates: [Candidate] = []
    /// The texts that this text holds in base64.
    private(set) var packed: [Inner] = []
    /// The parts at whose end the text was cut off, so that they may end with the beginning of a secret.
    private(set) var cuts: [Range<Int>] = []
    /// The number of bytes that the search has read. A byte that it reads twice counts twice. Tests measure the cost by
    /// this number.
    private(set) var steps = 0

    /// - Parameter limit: the length at which the text was cut off; nil for a whole text. The last word of a text that
    ///   was cut off may be the beginning of a secret, and counts as a secret.
    init(_ text: String, cutAt limit: Int? = nil) {
        self.init(Array(text.utf8), isInner: false)
        if let limit, bytes.count >= limit { noteCut(bytes.suffix(SecretWords.lengths.upperBound + 1).indices) }
    }

    /// Makes the text of a refusal's reason. The reason may quote the beginning of a longer text, as in `"abc..."`, and
    /// this beginning may end within a secret.
    init(reason: String) {
        self.init(reason)
        var start = 0
        for place in bytes.indices where bytes[place] == UInt8(ascii: "\"") {
            if bytes[start..<place].suffix(3).elementsEqual("...".utf8) { noteCut(start..<place - 3) }
            start = place + 1
        }
    }

    private mutating func noteCut(_ part: Range<Int>) {
        cuts.append(part)
        if let last = Self.lastWord(of: bytes[part]) { secrets.append(last) }
    }

    private init(_ bytes: [UInt8], isInner: Bool) {
        self.bytes = bytes
        let (layers, isWhole) = TextLayer.all(of: bytes)
        if !isWhole { secrets.append(bytes.indices) }
        for layer in layers {
            lookForNames(in: layer)
            lookForForms(in: layer)
            if !isInner { unpack(layer) }
        }
    }

    private mutating func lookForNames(in layer: TextLayer) {
        let named = NamedSecrets(bytes: layer.bytes)
        steps += named.steps + layer.bytes.count
        for place in named.places {
            secrets.append(layer.sent(place))
            words += Self.words(in: place, of: layer.bytes)
        }
    }

    private mutating func lookForForms(in layer: TextLayer) {
        for part in SecretWords.candidates(in: layer) where layer.isNew(part) {
            steps += part.count
            let candidate = Candidate(place: layer.sent(part), bytes: layer.bytes[part])
            candidates.append(candidate)
            guard SecretWords.isCredential(candidate.bytes) else { continue }
            secrets.append(candidate.place)
            words.append(Array(candidate.bytes))
        }
    }

    private mutating func unpack(_ layer: TextLayer) {
        for part in PackedText.all(in: layer.bytes) where layer.isNew(part.place) {
            let inner = Inner(place: layer.sent(part.place), text: SearchedText(part.bytes, isInner: true))
            packed.append(inner)
            steps += inner.text.steps
            words += inner.text.words
            if !inner.text.secrets.isEmpty { secrets.append(inner.place) }
        }
    }

    /// Returns the words of a secret value that the mask also hides in other places. Leaves out openids and appids.
    /// From a value of several words, also leaves out the words of letters only. All of these occur in many calls.
    private static func words(in place: Range<Int>, of bytes: [UInt8]) -> [[UInt8]] {
        let words = SecretWords.words(in: bytes[place])
        return words.filter { word in
            guard !isPublic(bytes[word]) else { return false }
            return words.count == 1 || !bytes[word].allSatisfy { $0.isAlphanumeric && !$0.isDigit }
        }.map { Array(bytes[$0]) }
    }

    /// Returns whether a word is an openid or an appid of the platform.
    private static func isPublic(_ word: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: word, as: UTF8.self)
        return OpenID(text) != nil || word.count == 18 && text.hasPrefix("wx")
    }

    /// Returns the place of the last word if it may be the beginning of a secret. Such a word has digits and letters,
    /// is not too long, and is not the beginning of an openid.
    private static func lastWord(of bytes: ArraySlice<UInt8>) -> Range<Int>? {
        let longest = SecretWords.lengths.upperBound
        let length = bytes.reversed().prefix(longest + 1).prefix(while: \.isInSecret).count
        let word = bytes.suffix(length)
        let isOpenID = word.first == UInt8(ascii: "o") && length <= OpenID.length
        guard SecretWords.shortest...longest ~= length, !isOpenID, word.contains(where: \.isDigit),
            !word.allSatisfy(\.isDigit)
        else { return nil }
        return word.indices
    }
}
