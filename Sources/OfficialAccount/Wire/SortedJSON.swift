import Foundation

/// Encodes values as JSON with sorted keys and unescaped slashes, so that equal values have equal texts.
package enum SortedJSON {
    /// Returns the JSON as UTF-8, and throws if the value has no form in JSON, such as an infinite number.
    package static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// Returns the text of ``bytes(_:)``, and throws as it does.
    package static func text(_ value: some Encodable) throws -> String {
        String(decoding: try bytes(value), as: UTF8.self)
    }
}
