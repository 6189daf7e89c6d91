import OfficialAccount

/// A cell that should hold an openid.
struct OpenIDCell {
    /// Why the cell holds no openid.
    struct Fault: Error {
        /// The first 100 characters of the cell's content.
        let shown: String
        let reason: String
    }

    static let usualReason = "not an openid"

    private let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The openid; nil if the cell does not hold exactly an openid, for example if a space follows the openid.
    var openID: OpenID? { OpenID(utf8: bytes) }

    /// Whether the cell holds one openid, with only invisible characters and quotes before and after the openid.
    ///
    /// Decodes the cell only if the bytes from the first visible byte to the last visible byte are an openid.
    var isOpenID: Bool {
        guard let start = bytes.firstIndex(where: Self.isVisible), let end = bytes.lastIndex(where: Self.isVisible),
            end - start + 1 == OpenID.length,
            OpenID(utf8: UnsafeRawBufferPointer(rebasing: bytes[start...end])) != nil
        else { return false }
        return Self.isUnseen(bytes[..<start]) && Self.isUnseen(bytes[(end + 1)...])
    }

    /// Returns whether `byte` is visible ASCII and not a quote.
    private static func isVisible(_ byte: UInt8) -> Bool { 0x21...0x7E ~= byte && byte != 0x22 }

    private static func isUnseen(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy { $0 == "\"" || Blanks.isUnseen($0) }
    }

    /// Reads the openid, without the invisible characters around it. Returns nil if the cell is empty or has only
    /// invisible characters.
    func read() -> Result<OpenID, Fault>? {
        if let openID = OpenID(utf8: bytes) { return .success(openID) }
        if bytes.isEmpty { return nil }
        let text = trimmed
        if text.isEmpty { return nil }
        if let openID = OpenID(text) { return .success(openID) }
        return .failure(Fault(shown: shown, reason: reason(text)))
    }

    /// The first 100 characters of the cell, without invisible characters around the text; empty if a byte is 0.
    var shown: String { bytes.contains(0) ? "" : String(trimmed.prefix(100)) }

    private var trimmed: String {
        let text = Blanks.trimmedOfUnseen(String(decoding: bytes, as: UTF8.self))
        // The splitter keeps quotes that follow a space. No openid contains a quote, so remove the quotes around the
        // text.
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
