import OfficialAccount

/// Writes values as JSON text with sorted keys.
enum EncodedJSON {
    static func text(_ value: some Encodable) -> String {
        // Encoding cannot fail, because the server writes only values that JSON can hold.
        (try? SortedJSON.text(value)) ?? "null"
    }
}
