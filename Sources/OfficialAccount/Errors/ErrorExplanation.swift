/// The explanation of an error code: its documented text, its meaning and its remedy.
public struct ErrorExplanation: Sendable, Hashable {
    /// The part of the platform that raises the error.
    ///
    /// The origin decides the suffix of `errmsg`. The gateway adds ` rid: …`, and the service adds ` hint: […] rid: …`.
    public enum Origin: Sendable, Hashable {
        /// The gateway, which gets a call first and checks its path, method, token, rights and quotas.
        case gateway
        /// The service, which gets a call from the gateway, reads the body and carries out the call.
        case service
    }

    /// The meaning and the remedy of an error in one language.
    public struct Advice: Sendable, Hashable {
        /// The meaning, in a sentence or two of plain text.
        public let meaning: String
        /// The remedy, in a sentence or two of plain text.
        public let remedy: String
    }

    /// The error code that is explained.
    public let code: ErrorCode
    /// The documented text that `errmsg` begins with, without a suffix.
    public let message: String
    /// The part of the platform that raises the error.
    public let origin: Origin
    /// The advice in English.
    public let english: Advice
    /// The same advice in Chinese.
    public let chinese: Advice

    /// The meaning in English.
    public var meaning: String { english.meaning }
    /// The remedy in English.
    public var remedy: String { english.remedy }

    init(
        _ code: ErrorCode, _ message: String, from origin: Origin, meaning: String, remedy: String,
        chineseMeaning: String, chineseRemedy: String
    ) {
        self.code = code
        self.message = message
        self.origin = origin
        english = Advice(meaning: meaning, remedy: remedy)
        chinese = Advice(meaning: chineseMeaning, remedy: chineseRemedy)
    }
}
