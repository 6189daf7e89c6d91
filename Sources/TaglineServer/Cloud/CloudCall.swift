import OfficialAccount

/// The names by which cloud callers make calls of the API, and the keys in the data of these calls.
///
/// Source: the pages of the tag calls, and `minigame/dev/wxcloud/guide/web/openapi.html`, which has `delete` and
/// `batchUntagging` too.
enum CloudCall {
    static let endpoints = Dictionary(
        uniqueKeysWithValues: Endpoint.all.compactMap { endpoint in endpoint.cloudName.map { ($0, endpoint) } })

    /// Returns `value` with changed keys at every depth: `openidList` becomes `openid_list`.
    ///
    /// Each capital letter of a key becomes `_` and the small letter.
    static func snakeCased(_ value: JSONValue) -> JSONValue {
        rekeyed(value) { key in
            String(key.flatMap { $0.isASCII && $0.isUppercase ? ["_", Character($0.lowercased())] : [$0] })
        }
    }

    /// Returns `value` with changed keys at every depth: `tagid_list` becomes `tagidList`.
    ///
    /// Each `_` and the small letter after it become the capital letter.
    static func camelCased(_ value: JSONValue) -> JSONValue {
        rekeyed(value) { key in
            key.replacing(/_([a-z])/) { $0.1.uppercased() }
        }
    }

    private static func rekeyed(_ value: JSONValue, _ key: (String) -> String) -> JSONValue {
        switch value {
        case .object(let members):
            // If two keys become the same name, the result has the value of the first of these keys in alphabetical
            // order. So the result is not random.
            .object(
                Dictionary(members.sorted { $0.key < $1.key }.map { (key($0.key), rekeyed($0.value, key)) }) {
                    first, _ in
                    first
                })
        case .array(let values): .array(values.map { rekeyed($0, key) })
        default: value
        }
    }
}

/// The cloud calls that a `config.json` declares, in the documented form: `{"permissions":{"openapi":["…"]}}`.
///
/// Source: `doc/oplatform/developers/dev/cloudCall.html`.
public struct CloudDeclarations: Sendable, Hashable, Decodable {
    private let names: Set<String>?

    /// Every call counts as declared.
    public static let everything = CloudDeclarations(names: nil)
    public static let nothing = CloudDeclarations(names: [])

    private init(names: Set<String>?) {
        self.names = names
    }

    private enum CodingKeys: String, CodingKey { case permissions }
    private enum PermissionKeys: String, CodingKey { case openapi }

    /// Throws `DecodingError` if the JSON does not have the documented form.
    public init(from decoder: any Decoder) throws {
        let permissions = try decoder.container(keyedBy: CodingKeys.self)
            .nestedContainer(keyedBy: PermissionKeys.self, forKey: .permissions)
        names = Set(try permissions.decode([String].self, forKey: .openapi))
    }

    func contains(_ name: String) -> Bool {
        names?.contains(name) ?? true
    }
}
