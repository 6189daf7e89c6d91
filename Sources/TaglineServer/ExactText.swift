import OfficialAccount

/// A text as a key: it equals another text only if both have the same bytes.
///
/// A `String` also equals other texts that Unicode calls equivalent. With `String` keys, two different names could be
/// the same key.
struct ExactText: Hashable, Comparable, Sendable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: ExactText, right: ExactText) -> Bool { left.text.hasSameBytes(as: right.text) }

    /// Orders texts by their bytes, which is the order of their code points.
    static func < (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
