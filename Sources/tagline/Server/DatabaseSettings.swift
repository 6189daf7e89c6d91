import Configuration
import PostgresTagStore

/// The database that a server or a command is to use.
struct DatabaseSettings: Sendable {
    static let store: AbsoluteConfigKey = ["tagline", "store"]
    static let databaseSchema: AbsoluteConfigKey = ["tagline", "database", "schema"]
    static let databaseConnections: AbsoluteConfigKey = ["tagline", "database", "connections"]
    static let databaseWriters: AbsoluteConfigKey = ["tagline", "database", "writers"]

    let address: String
    /// What the address was given with, for messages.
    private let option: String
    let schemaName: String
    /// Connections a server keeps.
    let connections: Int
    /// Of these, how many may write taggings at once.
    let writers: Int

    /// Nil if no store is named. Throws ``StartFailure`` for a value that cannot be right.
    init?(_ reader: SettingsReader) throws {
        guard let address = reader.text(Self.store) else { return nil }
        self.address = address
        option = "--store"
        schemaName = reader.text(Self.databaseSchema) ?? "tagline"
        connections = try Self.number(
            reader.text(Self.databaseConnections), default: 8, "--database-connections", upTo: 1000)
        writers = try Self.number(
            reader.text(Self.databaseWriters), default: min(2, connections), "--database-writers", upTo: connections)
    }

    private static func number(_ text: String?, default: Int, _ name: String, upTo limit: Int) throws -> Int {
        guard let text else { return `default` }
        guard let number = Int(text), 1...limit ~= number else {
            throw StartFailure.badSetting("\(name) \(text) is not a number from 1 to \(limit)")
        }
        return number
    }

    init(address: String, schemaName: String, option: String) {
        self.address = address
        self.option = option
        self.schemaName = schemaName
        connections = 8
        writers = 2
    }

    /// Throws ``StartFailure`` for what is no address or no name.
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
