/// The names whose values are secret, in any spelling. This is the only list of them.
enum SecretNames {
    /// A value is secret if its name contains one of these parts. The search compares names in lower case and without
    /// marks, so `app_secret`, `App-Secret` and `APPSECRET` are one name.
    private static let parts = [
        "secret", "token", "ticket", "password", "passwd", "passphrase", "passcode", "pwd", "credential",
        "authorizationcode", "authcode", "aeskey", "encodingkey", "apikey", "appkey", "accesskey", "privatekey",
        "signkey", "signingkey", "mchkey", "sessionkey", "signature", "apiv2key", "apiv3key", "partnerkey",
        "merchantkey", "paykey", "paymentkey", "authkey", "encryptkey", "encryptionkey", "masterkey", "sharedkey",
        "hmackey", "密钥", "秘钥", "密码", "口令", "令牌", "票据", "密鑰", "秘鑰", "密碼", "票據",
    ]
    /// A value is secret if its whole name is one of these words, in lower case and without marks.
    private static let wholes: Set = [
        "authorization", "proxyauthorization", "cookie", "setcookie", "pass", "jwt", "otp", "session", "sessionid",
        "code", "jscode",
    ]
    /// The names of headers whose whole line is secret.
    private static let lines: Set = ["authorization", "proxyauthorization", "cookie", "setcookie"]
    /// A secret name may continue with one of these words, as `secret key` does.
    private static let endings: Set = ["key", "value", "code", "text", "string", "is"]
    /// Words that may come before a secret value and are not secret, as in the header `Authorization: Bearer …`.
    static let schemes: Set = ["bearer", "basic", "digest", "token"]
    /// The members that hold the name of a value, such as `key` in `{"key":"secret","value":"…"}`. Another member of
    /// the same object holds the value itself.
    static let labels: Set = ["name", "key", "field", "param", "parameter", "id", "k", "n"]
    /// The members that hold the value itself, such as `value` in the same example.
    static let values: Set = ["value", "val", "v", "content", "text", "data"]

    private static let longestWord = 18

    /// Returns a short word in lower case without marks; nil for a long word.
    static func word(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.count <= longestWord + 4 else { return nil }
        let letters = bytes.filter { $0.isAlphanumeric || $0 >= 0x80 }.map { $0 < 0x80 ? $0 | 0x20 : $0 }
        return letters.count <= longestWord ? String(decoding: letters, as: UTF8.self) : nil
    }

    static func isWhole(_ word: String) -> Bool { wholes.contains(word) }
    static func isLine(_ word: String) -> Bool { lines.contains(word) }
    static func isEnding(_ word: String) -> Bool { endings.contains(word) }

    // MARK: Parts of names

    /// Looks for the parts of secret names in a text, one byte at a time, with one step for each byte.
    struct Reader {
        private let machine = SecretNames.machine
        private var state = 0
        /// Whether the bytes of the word so far contain a part of a secret name.
        private(set) var isSecret = false

        /// Begins a word. A part of a secret name may have begun in the word before, as in `aes key`.
        mutating func beginWord() { isSecret = false }

        /// Reads a byte of a word.
        mutating func read(_ byte: UInt8) {
            guard byte != UInt8(ascii: "_"), byte != UInt8(ascii: "-") else { return }
            state = machine.next(state, byte)
            if machine.isEnd(state) { isSecret = true }
        }

        /// Reads a byte between words.
        mutating func pass(_ byte: UInt8) {
            if byte != 0x20, byte != UInt8(ascii: ".") { state = 0 }
        }
    }

    fileprivate static let machine = PartMachine(parts)
}
