import OfficialAccount

/// Writes values as JSON text with sorted keys.
enum EncodedJSON {
    static func text(_ value: some Encodable) -> String {
        // Encoding cannot fail, because these values always have a form in JSON.
        (try? SortedJSON.text(value)) ?? "null"
    }
}
