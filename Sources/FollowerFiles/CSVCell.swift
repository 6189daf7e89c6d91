import OfficialAccount

/// Writes texts from other people as cells of CSV. A spreadsheet shows such a cell as text, and never treats the cell
/// as a formula.
package enum CSVCell {
    /// Returns `text` as a cell: on one line, without a formula, and in quotes if the cell needs quotes.
    package static func text(_ text: String) -> String { quoted(plain(text)) }

    /// Returns `text` on one line, with `'` before each part that a spreadsheet would treat as a formula.
    ///
    /// A spreadsheet may ignore blanks and quotes before a formula. With the settings of some countries, a spreadsheet
    /// begins a new cell after `;`.
    package static func plain(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        var rest = text.shown.unicodeScalars[...]
        while let end = rest.firstIndex(where: isSeparator) {
            append(rest[...end], to: &plain)
            rest = rest[rest.index(after: end)...]
        }
        append(rest, to: &plain)
        return String(plain)
    }

    /// Returns `cell`, in quotes if it contains a comma or a quote.
    package static func quoted(_ cell: String) -> String {
        let needsQuotes = cell.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }
        guard needsQuotes else { return cell }
        // In Swift, a quote with a combining mark is a different `Character`. A reader of CSV still sees a quote.
        return "\"" + cell.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }

    private static func append(_ part: Substring.UnicodeScalarView, to plain: inout String.UnicodeScalarView) {
        if isFormula(part) { plain.append("'") }
        plain.append(contentsOf: part)
    }

    private static func isFormula(_ part: Substring.UnicodeScalarView) -> Bool {
        part.first { !isIgnored($0) }.map(beginsFormula) ?? false
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool { scalar == ";" || scalar == "|" }

    private static func isIgnored(_ scalar: Unicode.Scalar) -> Bool {
        Blanks.isUnseen(scalar) || scalar.properties.isQuotationMark
    }

    /// Returns whether a formula can begin with `scalar`: `=`, `+`, `-` or `@` of any width, or the minus sign.
    private static func beginsFormula(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−": true
        default: false
        }
    }
}
