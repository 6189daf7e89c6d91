import Configuration
import PostgresTagStore

/// The database that a server or a command uses.
struct DatabaseSettings: Sendable {
    static let store: AbsoluteConfigKey = ["tagline", "store"]
    static let databaseSchema: AbsoluteConfigKey = ["tagline", "database", "schema"]
    static let databaseConnections: AbsoluteConfigKey = ["tagline", "database", "connections"]
    static let databaseWriters: AbsoluteConfigKey = ["tagline", "database", "writers"]

    let address: String
    /// The option that gave the address. Messages name this option.
    private let option: String
    let schemaName: String
    /// The number of connections that a server keeps.
    let connections: Int
    /// How many of the connections may write taggings at the same time.
    let writers: Int

    /// Returns nil if the settings name no store. Throws ``StartFailure`` for an invalid value.
    init?(_ reader: SettingsReader) throws {
        guard let address = reader.text(Self.store) else { return nil }
        self.address = address
        option = "--store"
        schemaName = reader.text(Self.databaseSchema) ?? "tagline"
        connections = try reader.number(Self.databaseConnections, in: 1...1000) ?? 8
        writers = try reader.number(Self.databaseWriters, in: 1...connections) ?? min(2, connections)
    }

    init(address: String, schemaName: String, option: String) {
        self.address = address
        self.option = option
        self.schemaName = schemaName
        connections = 8
        writers = 2
    }

    /// Returns the schema that holds the tables. Throws ``StartFailure`` for an invalid address or an invalid name.
    func schema() throws -> DatabaseSchema {
        let database: DatabaseAddress
        do {
            database = try DatabaseAddress(address)
        } catch {
            throw StartFailure.badSetting("\(option): \(error)")
        }
        do {
            return try DatabaseSchema(database, name: schemaName)
        } catch {
            throw StartFailure.badSetting("--database-schema: \(error)")
        }
    }
}
