import Foundation
import GRDB
import OfficialAccount

/// A column that holds a small JSON object as text. The keys are sorted, so that rows with equal values have equal
/// seals; see ``SealedRow``.
enum JSONColumn {
    static func text(_ value: some Encodable) -> String {
        // Encoding never fails, because every value that the store writes into such a column has a form in JSON.
        (try? SortedJSON.text(value)) ?? "{}"
    }
}

extension Row {
    /// Returns the value that a column holds as a JSON object. Throws if the column does not hold a JSON object of the
    /// type `Value`.
    func sealedJSON<Value: Decodable>(_ column: String) throws(DamagedFile) -> Value {
        let text: String = try sealed(column)
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw DamagedFile("the content of the column \(column) is not a valid JSON object for this column")
        }
    }
}
