/// Finds the values that a text gives to the names of secrets, whatever the syntax of the text.
///
/// It looks for a name, a sign that gives it a value, and the value:
/// `"appSecret": "…"`, `secret=…&`, `<Token>…<`.
struct NamedSecrets {
    let bytes: [UInt8]

    /// The value of a name is secret if the name contains one of these. Names are compared in lower case, without
    /// marks.
    private static let secretNames = [
        "secret", "token", "ticket", "password", "passwd", "pwd", "authorizationcode", "authcode", "aeskey",
        "encodingkey", "apikey", "sessionkey",
    ].map { Array($0.utf8) }
    /// The texts that stand for a value, as in the sentence `add ?access_token=... to the URL`.
    private static let placeholders = ["...", "…"].map { Array($0.utf8) }
    /// Words that stand before a value without a sign between word and value, as in the header `Authorization: Bearer
    /// …`.
    private static let schemes = ["bearer", "basic"]

    /// The places of the values that stand under the name of a secret, in order.
    var places: [Range<Int>] {
        var found: [Range<Int>] = []
        var place = 0
        while place < bytes.count {
            guard Self.isInName(bytes[place]) else {
                place += 1
                continue
            }
            let start = place
            while place < bytes.count, Self.isInName(bytes[place]) { place += 1 }
            guard Self.isSecretName(bytes[start..<place]), let value = value(after: place)
            else {
                guard let value = credentials(after: start..<place) else { continue }
                found.append(value)
                place = value.upperBound
                continue
            }
            if !value.isEmpty, !Self.placeholders.contains(where: { bytes[value].elementsEqual($0) }) {
                found.append(value)
            }
            place = max(place, value.upperBound)
        }
        return found
    }

    /// Returns the place of the value after `Bearer` or `Basic`; nil after another word.
    private func credentials(after word: Range<Int>) -> Range<Int>? {
        guard word.count <= 6, Self.schemes.contains(String(decoding: bytes[word], as: UTF8.self).lowercased()) else {
            return nil
        }
        let start = bytes[word.upperBound...].firstIndex { $0 != 0x20 } ?? bytes.count
        guard start > word.upperBound else { return nil }
        let end = bytes[start...].firstIndex { Self.endsValue($0) || $0.isQuote } ?? bytes.count
        return start < end ? start..<end : nil
    }

    private static func isSecretName(_ name: ArraySlice<UInt8>) -> Bool {
        guard name.count <= 256 else { return false }
        // A decoded name is ASCII, in which this bit makes a letter small and leaves a digit as it is.
        let letters = CharacterEscapes.decoded(name).filter(\.isAlphanumeric).map { $0 | 0x20 }
        return secretNames.contains { letters.firstIndex(ofAll: $0) != nil }
    }

    // MARK: Values

    /// Returns the range of the value that belongs to the name that ends at `name`; nil if the name has no value.
    private func value(after name: Int) -> Range<Int>? {
        var place = name
        func skip(_ isSkipped: (UInt8) -> Bool) {
            while place < bytes.count, isSkipped(bytes[place]) { place += 1 }
        }
        // Forms write a field of an object as `account[secret]=…`, so a closing bracket may follow the name.
        skip { $0.isQuote || $0.isBlank || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "]") }
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
        skip { $0.isBlank || $0 == UInt8(ascii: "\\") }
        guard place < bytes.count else { return nil }
        if bytes[place...].starts(with: Self.cdata) {
            let start = place + Self.cdata.count
            return start..<(bytes[start...].firstIndex(of: UInt8(ascii: "]")) ?? bytes.count)
        }
        switch bytes[place] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            let quote = bytes[place]
            return place + 1..<endOfQuoted(from: place + 1, by: quote)
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            return place + 1..<endOfBracketed(from: place)
        default:
            let end = bytes[place...].firstIndex(where: Self.endsValue) ?? bytes.count
            // `Token: Bearer …`
            return credentials(after: place..<end).map { place..<$0.upperBound } ?? place..<end
        }
    }

    /// The prefix of a text in the platform's own XML.
    private static let cdata = Array("<![CDATA[".utf8)

    private func endOfQuoted(from start: Int, by quote: UInt8) -> Int {
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

    private func endOfBracketed(from start: Int) -> Int {
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

    private static func isInName(_ byte: UInt8) -> Bool {
        byte.isInIdentifier || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\\")
    }

    private static func endsValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "<"): true
        default: byte.isBlank
        }
    }
}
