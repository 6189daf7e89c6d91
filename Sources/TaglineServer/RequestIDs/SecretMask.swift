import OfficialAccount
import TagStore

extension RefusedCall {
    /// Returns the call with its tokens and secrets masked. The first four characters of each stay.
    ///
    /// Masking takes long compared with a call. So it is done when calls go to the store, not while a caller waits.
    ///
    /// - Parameter secret: the secret of the account that made the call.
    func masked(secret: Fingerprint) -> RefusedCall {
        var mask = SecretMask(secret: secret)
        mask.learn(query)
        mask.learn(requestBody)
        return RefusedCall(
            rid: rid, appID: appID, time: time, milliseconds: milliseconds, query: mask.applied(to: query),
            requestBody: mask.applied(to: requestBody), answer: answer, address: address)
    }
}

/// Finds secrets in a call, whatever the shape of the call, and masks them.
///
/// A refused call is often not in the expected format: it is a form, or XML, or truncated JSON. So the mask relies on
/// no syntax. It looks for a name, a sign that gives it a value, and the value: `"appSecret": "…"`, `secret=…&`,
/// `<Token>…<`. Once it has found a value, it masks the value everywhere. It also masks the account's own secret under
/// any name. The cost is linear in the length of the text.
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
        for range in Self.valuesUnderSecretNames(bytes) {
            for word in Self.words(bytes[range]) where word.count >= Self.shortestWord {
                values.insert(Array(bytes[word]))
            }
        }
        var hashed = 0
        for word in Self.words(bytes[...]) where 16...128 ~= word.count && hashed < Self.mostHashed {
            let value = bytes[word]
            // Most bodies consist mainly of openids, which are not secret.
            if value.count == OpenID.length, value.first == UInt8(ascii: "o") { continue }
            hashed += 1
            if Fingerprint(of: String(decoding: value, as: UTF8.self)) == secret { values.insert(Array(value)) }
        }
        for range in Self.escapedWords(bytes) where hashed < Self.mostHashed {
            let word = Self.unescaped(bytes[range])
            guard 16...128 ~= word.count else { continue }
            hashed += 1
            if Fingerprint(of: String(decoding: word, as: UTF8.self)) == secret { values.insert(word) }
        }
    }

    /// Returns `text` with every known secret masked, including the secrets learnt from other texts.
    func applied(to text: String) -> String {
        let bytes = Array(text.utf8)
        var hidden = Self.valuesUnderSecretNames(bytes)
        for word in Self.words(bytes[...]) where values.contains(Array(bytes[word])) { hidden.append(word) }
        for range in Self.escapedWords(bytes) where values.contains(Self.unescaped(bytes[range])) {
            hidden.append(range)
        }
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

    // MARK: Names

    /// The value of a name is secret if the name contains one of these. Names are compared in lower case, without
    /// marks.
    private static let secretNames = [
        "secret", "token", "ticket", "password", "passwd", "pwd", "authorizationcode", "authcode", "aeskey",
        "encodingkey", "apikey", "sessionkey",
    ]
    /// Words before a value without a sign between them, as in the header `Authorization: Bearer …`.
    private static let schemes = ["bearer", "basic"]

    /// Returns the ranges of the values that stand under the name of a secret.
    private static func valuesUnderSecretNames(_ bytes: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var place = 0
        while place < bytes.count {
            guard isInName(bytes[place]) else {
                place += 1
                continue
            }
            let start = place
            while place < bytes.count, isInName(bytes[place]) { place += 1 }
            guard isSecretName(bytes[start..<place]), let value = value(in: bytes, after: place)
            else {
                guard let value = credentials(in: bytes, after: start..<place) else { continue }
                found.append(value)
                place = value.upperBound
                continue
            }
            if !value.isEmpty { found.append(value) }
            place = max(place, value.upperBound)
        }
        return found
    }

    /// Returns the place of the value behind `Bearer` or `Basic`; nil behind another word.
    private static func credentials(in bytes: [UInt8], after word: Range<Int>) -> Range<Int>? {
        guard word.count <= 6, schemes.contains(String(decoding: bytes[word], as: UTF8.self).lowercased()) else {
            return nil
        }
        let start = bytes[word.upperBound...].firstIndex { $0 != 0x20 } ?? bytes.count
        guard start > word.upperBound else { return nil }
        let end = bytes[start...].firstIndex { endsValue($0) || isQuote($0) } ?? bytes.count
        return start < end ? start..<end : nil
    }

    private static func isSecretName(_ name: ArraySlice<UInt8>) -> Bool {
        guard name.count <= 256 else { return false }
        let letters = String(decoding: unescaped(name), as: UTF8.self).lowercased().filter {
            $0.isLetter || $0.isNumber
        }
        return secretNames.contains { letters.contains($0) }
    }

    /// Decodes the escapes of JSON (`\u0065`) and of forms (`%65`) in `name`.
    private static func unescaped(_ name: ArraySlice<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        var place = name.startIndex
        while place < name.endIndex {
            let digits: (start: Int, count: Int)? =
                switch name[place] {
                case UInt8(ascii: "%"): (place + 1, 2)
                case UInt8(ascii: "\\") where place + 1 < name.endIndex && name[place + 1] == UInt8(ascii: "u"):
                    (place + 2, 4)
                default: nil
                }
            if let digits, digits.start + digits.count <= name.endIndex,
                let code = UInt32(
                    String(decoding: name[digits.start..<digits.start + digits.count], as: UTF8.self), radix: 16)
            {
                plain.append(code < 128 ? UInt8(code) : UInt8(ascii: "?"))
                place = digits.start + digits.count
            } else {
                plain.append(name[place])
                place += 1
            }
        }
        return plain
    }

    // MARK: Values

    /// Returns the range of the value that a name is given; nil if it is given none.
    private static func value(in bytes: [UInt8], after name: Int) -> Range<Int>? {
        var place = name
        func skip(_ isSkipped: (UInt8) -> Bool) {
            while place < bytes.count, isSkipped(bytes[place]) { place += 1 }
        }
        // Forms write a field of an object as `account[secret]=…`, so a closing bracket may follow the name.
        skip { isQuote($0) || isBlank($0) || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "]") }
        // A part of a multipart body has a blank line between name and value, which was skipped.
        let hasBlankLine = bytes[name..<place].count(where: { $0 == UInt8(ascii: "\n") }) >= 2
        let sign = place < bytes.count ? bytes[place] : 0
        if [UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: ">")].contains(sign) {
            place += 1
            // `=>`, as PHP and Ruby write it.
            if sign == UInt8(ascii: "="), place < bytes.count, bytes[place] == UInt8(ascii: ">") { place += 1 }
        } else if !hasBlankLine {
            return nil
        }
        skip { isBlank($0) || $0 == UInt8(ascii: "\\") }
        guard place < bytes.count else { return nil }
        if bytes[place...].starts(with: cdata) {
            let start = place + cdata.count
            return start..<(bytes[start...].firstIndex(of: UInt8(ascii: "]")) ?? bytes.count)
        }
        switch bytes[place] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            let quote = bytes[place]
            return place + 1..<endOfQuoted(bytes, from: place + 1, by: quote)
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            return place + 1..<endOfBracketed(bytes, from: place)
        default:
            let end = bytes[place...].firstIndex(where: endsValue) ?? bytes.count
            // `Token: Bearer …`
            return credentials(in: bytes, after: place..<end).map { place..<$0.upperBound } ?? place..<end
        }
    }

    /// The prefix of a text in the platform's own XML.
    private static let cdata = Array("<![CDATA[".utf8)

    private static func endOfQuoted(_ bytes: [UInt8], from start: Int, by quote: UInt8) -> Int {
        var place = start
        while place < bytes.count, bytes[place] != quote {
            place += bytes[place] == UInt8(ascii: "\\") && place + 1 < bytes.count && bytes[place + 1] != quote ? 2 : 1
            // An escaped quote belongs to the value. The exception is a text that is itself a quoted string, with all
            // its quotes escaped.
            if place < bytes.count, bytes[place] == quote, bytes[place - 1] == UInt8(ascii: "\\"),
                start >= 2, bytes[start - 2] != UInt8(ascii: "\\")
            {
                place += 1
            }
        }
        return min(place, bytes.count)
    }

    private static func endOfBracketed(_ bytes: [UInt8], from start: Int) -> Int {
        var depth = 0
        for place in start..<bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return place }
            default: break
            }
        }
        return bytes.count
    }

    // MARK: Characters

    /// Returns the ranges of the words: runs of the characters that tokens and secrets consist of.
    private static func words(_ bytes: ArraySlice<UInt8>) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var start: Int?
        var place = bytes.startIndex
        while place < bytes.endIndex {
            let isEscape = isFormEscape(bytes, at: place)
            if !isEscape, isInWord(bytes[place]) {
                start = start ?? place
            } else if let begun = start {
                words.append(begun..<place)
                start = nil
            }
            // The digits of `%22` do not belong to the word behind them.
            place += isEscape ? 3 : 1
        }
        if let start { words.append(start..<bytes.endIndex) }
        return words
    }

    /// Returns the ranges of the words with at least one escape of JSON (`\u0065`) or of forms (`%65`).
    private static func escapedWords(_ bytes: [UInt8]) -> [Range<Int>] {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "\\") }) else { return [] }
        var words: [Range<Int>] = []
        var start = 0
        var hasEscape = false
        var place = 0
        func end(at end: Int) {
            if hasEscape { words.append(start..<end) }
            hasEscape = false
        }
        while place < bytes.count {
            let length = isFormEscape(bytes[...], at: place) ? 3 : isJSONEscape(bytes, at: place) ? 6 : 1
            if length > 1 {
                hasEscape = true
            } else if !isInWord(bytes[place]) {
                end(at: place)
                start = place + 1
            }
            place += length
        }
        end(at: place)
        return words
    }

    private static func isJSONEscape(_ bytes: [UInt8], at place: Int) -> Bool {
        guard bytes[place] == UInt8(ascii: "\\"), place + 5 < bytes.count, bytes[place + 1] == UInt8(ascii: "u") else {
            return false
        }
        return bytes[place + 2...place + 5].allSatisfy(isHexadecimal)
    }

    private static func isFormEscape(_ bytes: ArraySlice<UInt8>, at place: Int) -> Bool {
        guard bytes[place] == UInt8(ascii: "%"), place + 2 < bytes.endIndex else { return false }
        return isHexadecimal(bytes[place + 1]) && isHexadecimal(bytes[place + 2])
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static func isInWord(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte)
            || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "@"), UInt8(ascii: ".")].contains(byte)
    }

    private static func isInName(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte)
            || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "%"), UInt8(ascii: "\\")].contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

    private static func endsValue(_ byte: UInt8) -> Bool {
        isBlank(byte)
            || [UInt8(ascii: "&"), UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "<")].contains(
                byte)
    }
}
