import OfficialAccount

/// A cell that should hold an openid.
struct OpenIDCell {
    /// Why the cell holds no openid.
    struct Fault: Error {
        /// The content of the cell, up to 100 characters.
        let shown: String
        let reason: String
    }

    static let usualReason = "not an openid"

    private let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The openid, if the cell holds nothing else.
    var openID: OpenID? { OpenID(utf8: bytes) }

    /// Whether the cell is an openid, with nothing around it except invisible characters and quotes.
    ///
    /// Decodes nothing if the cell does not have 28 adjacent bytes that an openid may have.
    var isOpenID: Bool {
        guard let start = bytes.firstIndex(where: Self.isVisible), let end = bytes.lastIndex(where: Self.isVisible),
            end - start + 1 == OpenID.length,
            OpenID(utf8: UnsafeRawBufferPointer(rebasing: bytes[start...end])) != nil
        else { return false }
        return Self.isUnseen(bytes[..<start]) && Self.isUnseen(bytes[(end + 1)...])
    }

    /// Returns whether a byte is visible ASCII and not a quote.
    private static func isVisible(_ byte: UInt8) -> Bool { 0x21...0x7E ~= byte && byte != 0x22 }

    private static func isUnseen(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy { $0 == "\"" || Blanks.isUnseen($0) }
    }

    /// Reads the openid, without the invisible characters around it. Returns nil if the cell is empty.
    func read() -> Result<OpenID, Fault>? {
        if let openID = OpenID(utf8: bytes) { return .success(openID) }
        if bytes.isEmpty { return nil }
        let text = trimmed
        if text.isEmpty { return nil }
        if let openID = OpenID(text) { return .success(openID) }
        return .failure(Fault(shown: shown, reason: reason(text)))
    }

    /// The content of the cell, up to 100 characters.
    var shown: String { bytes.contains(0) ? "" : String(trimmed.prefix(100)) }

    private var trimmed: String {
        let text = Blanks.trimmedOfUnseen(String(decoding: bytes, as: UTF8.self))
        // A quote after a space does not begin a quoted cell, and an openid never contains a quote.
        guard text.utf8.count > 2, text.utf8.first == 0x22, text.utf8.last == 0x22 else { return text }
        return Blanks.trimmedOfUnseen(String(decoding: text.utf8.dropFirst().dropLast(), as: UTF8.self))
    }

    private func reason(_ text: String) -> String {
        if bytes.contains(0) { return "not text" }
        let seen = String(String.UnicodeScalarView(text.unicodeScalars.filter { !Blanks.isUnseen($0) }))
        guard OpenID(seen) != nil, let unseen = text.unicodeScalars.first(where: Blanks.isUnseen) else {
            return Self.usualReason
        }
        let code = String(unseen.value, radix: 16, uppercase: true)
        return
            "not an openid: it holds U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code), which cannot be seen"
    }
}
