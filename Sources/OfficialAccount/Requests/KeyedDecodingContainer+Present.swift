extension KeyedDecodingContainer {
    /// The value, nil if the key is absent; a `null` is a value of the wrong type.
    func decodePresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        contains(key) ? try decode(type, forKey: key) : nil
    }
}
