import Foundation
import TagStore

/// The decoded names and values of a form or a query, in the order in which the browser sent them.
struct FormFields: Sendable {
    /// The most fields that this type reads. It ignores further fields.
    private static let most = 1000

    private(set) var fields: [(name: String, value: String)]

    /// Reads `text` as `application/x-www-form-urlencoded`. If the value of a field cannot be decoded, the value is
    /// empty.
    init(_ text: String) {
        let pairs = text.utf8.split(separator: UInt8(ascii: "&"), maxSplits: Self.most).prefix(Self.most)
        fields = pairs.map { Substring($0) }.compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = parts.map { $0.replacing("+", with: " ").removingPercentEncoding }
            guard let name = decoded[0] else { return nil }
            return (name, (decoded.count > 1 ? decoded[1] : "") ?? "")
        }
    }

    /// Makes a form from fields that are decoded already.
    init(decoded fields: [(name: String, value: String)]) {
        self.fields = Array(fields.prefix(Self.most))
    }

    /// Returns the value of the first field with this name, without blanks around the value; nil if the value is
    /// missing or empty.
    subscript(name: String) -> String? {
        let value = fields.first { $0.name == name }?.value ?? ""
        let text = value.trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? nil : text
    }

    /// Returns the unchanged value of the first field with this name; an empty text if no field has this name.
    func raw(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }

    func number(_ name: String) -> Int? { self[name].flatMap { Int($0) } }

    /// Throws ``ConsoleMistake`` 400 unless the person has ticked the box that confirms the action. A form has this box
    /// if a person cannot undo its action.
    func checkSure() throws(ConsoleMistake) {
        guard self["sure"] != nil else { throw .unsure }
    }

    /// Returns `fields` as a query, without a question mark. Leaves out fields whose value is nil or empty.
    static func query(_ fields: [(String, String?)]) -> String {
        fields.compactMap { name, value in
            guard let value, !value.isEmpty else { return nil }
            return "\(encoded(name))=\(encoded(value))"
        }.joined(separator: "&")
    }

    /// Returns `path` with `fields` as its query. Leaves out fields whose value is nil or empty.
    static func address(_ path: String, _ fields: [(String, String?)]) -> String {
        let query = query(fields)
        return query.isEmpty ? path : "\(path)?\(query)"
    }

    /// Returns `text` for use in a query or a piece of a path. Percent-encodes everything except letters, digits and
    /// `-._~`.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + Hexadecimal.text([byte]).uppercased()
            }
        }
        return result
    }
}
