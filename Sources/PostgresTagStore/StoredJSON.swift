import Foundation
import OfficialAccount

/// Values that the database stores as JSON.
enum StoredJSON {
    static func of(_ value: some Encodable) -> String {
        // Encoding cannot fail, because the only numbers in stored values are integers.
        (try? SortedJSON.text(value)) ?? ""
    }

    static func value<Value: Decodable>(_ type: Value.Type, _ bytes: UnsafeRawBufferPointer) throws(DatabaseError)
        -> Value
    {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw .foreign("an invalid record of \(type)")
        }
    }
}
