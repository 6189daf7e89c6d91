import Foundation

/// Encodes values as JSON with sorted keys and unescaped slashes, so that equal values have equal texts.
package enum SortedJSON {
    /// Returns `value` as JSON in UTF-8, and throws if JSON cannot hold the value, such as an infinite number.
    package static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// Returns `value` as the text of its JSON, and throws the same errors as ``bytes(_:)``.
    package static func text(_ value: some Encodable) throws -> String {
        String(decoding: try bytes(value), as: UTF8.self)
    }
}
