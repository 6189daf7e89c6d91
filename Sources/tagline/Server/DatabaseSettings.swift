import Configuration
import PostgresTagStore

/// The database that a server or a command is to use.
struct DatabaseSettings: Sendable {
    static let store: AbsoluteConfigKey = ["tagline", "store"]
    static let databaseSchema: AbsoluteConfigKey = ["tagline", "database", "schema"]
    static let databaseConnections: AbsoluteConfigKey = ["tagline", "database", "connections"]

    let address: String
    let schemaName: String
    /// Connections a server keeps.
    let connections: Int

    /// Nil if no store is named. Throws ``StartFailure`` for a value that cannot be right.
    init?(_ reader: SettingsReader) throws {
        guard let address = reader.text(Self.store) else { return nil }
        self.address = address
        schemaName = reader.text(Self.databaseSchema) ?? "tagline"
        let connections = reader.text(Self.databaseConnections) ?? "8"
        guard let number = Int(connections), 1...1000 ~= number else {
            throw StartFailure.badSetting("--database-connections \(connections) is not a number from 1 to 1000")
        }
        self.connections = number
    }

    init(address: String, schemaName: String) {
        self.address = address
        self.schemaName = schemaName
        connections = 8
    }

    /// Throws ``StartFailure`` for what is no address or no name.
    func schema() throws -> DatabaseSchema {
        do {
            return try DatabaseSchema(DatabaseAddress(address), name: schemaName)
        } catch {
            throw StartFailure.badSetting("--store: \(error)")
        }
    }
}
