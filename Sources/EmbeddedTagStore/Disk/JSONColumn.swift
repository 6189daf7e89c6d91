import Foundation
import GRDB

/// A column that holds a small JSON object as text, its keys in order, so that equal values have equal seals.
enum JSONColumn {
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Numbers under plain names always have a form in JSON.
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

extension Row {
    /// The object in a column, or the file is damaged.
    func sealedJSON<Value: Decodable>(_ column: String) throws(DamagedFile) -> Value {
        let text: String = try sealed(column)
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw DamagedFile("the column \(column) holds no JSON object of its kind")
        }
    }
}
