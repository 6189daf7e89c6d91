import OfficialAccount

/// Finds the names of the fields that a request reads from a JSON body. The request reads a body in which every field
/// is null, and the decoder notes each field.
struct FieldNames {
    /// Returns the names in order. The name of a field of an inner object is `outer.inner`.
    static func read<Request: Decodable>(by type: Request.Type) -> [String] {
        let recorder = Recorder()
        _ = try? Request(from: NullDecoder(recorder: recorder, prefix: ""))
        return recorder.names
    }

    private final class Recorder {
        var names: [String] = []
    }

    private struct Unreadable: Error {}

    private struct NullDecoder: Decoder {
        let recorder: Recorder
        let prefix: String
        let codingPath: [any CodingKey] = []
        let userInfo: [CodingUserInfoKey: Any] = [:]

        func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
            KeyedDecodingContainer(Fields<Key>(recorder: recorder, prefix: prefix))
        }

        func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Unreadable() }
        func singleValueContainer() throws -> any SingleValueDecodingContainer { throw Unreadable() }
    }

    private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let recorder: Recorder
        let prefix: String
        let codingPath: [any CodingKey] = []
        let allKeys: [Key] = []

        func contains(_ key: Key) -> Bool { true }

        func decodeNil(forKey key: Key) -> Bool {
            note(key)
            return true
        }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            note(key)
            return try Value(from: NullDecoder(recorder: recorder, prefix: prefix + key.stringValue + "."))
        }

        func nestedContainer<Inner: CodingKey>(
            keyedBy type: Inner.Type, forKey key: Key
        ) -> KeyedDecodingContainer<Inner> {
            note(key)
            return KeyedDecodingContainer(Fields<Inner>(recorder: recorder, prefix: prefix + key.stringValue + "."))
        }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw Unreadable() }
        func superDecoder() throws -> any Decoder { throw Unreadable() }
        func superDecoder(forKey key: Key) throws -> any Decoder { throw Unreadable() }

        private func note(_ key: Key) {
            let name = prefix + key.stringValue
            if !recorder.names.contains(name) { recorder.names.append(name) }
        }
    }
}
