import ArgumentParser
import BulkRuns
import Configuration
import Foundation
import PostgresTagStore

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Create or update the tables of tagline serve --store in a PostgreSQL database.",
        discussion: """
            Run this command once before the first start, and after each update of Tagline that changes the tables. Repeating the \
            command changes nothing, and several of these commands may run at once. Servers of the previous version may keep running \
            unless the changelog says otherwise.

            What the address leaves out comes from the environment (PGHOST, PGUSER, PGPASSWORD and the others) and from \
            the password file, as with psql. If the address holds a password, keep the address in the environment as TAGLINE_STORE.

            \(Examples.text(["tagline migrate --store postgres://tagline@db.example.com/tagline", "tagline migrate --distribute"]))

            Exit codes: 0 if the tables are up to date, 1 if they could not be updated, 64 for a wrong option.
            """)

    @OptionGroup var options: DatabaseOptions

    @Flag(
        help: """
            Also spread the tables over the machines of a Citus cluster, by account. The extension must be installed: CREATE EXTENSION \
            citus.
            """)
    var distribute = false

    mutating func run() async throws {
        let schema = try options.settings().schema()
        let steps: Int
        do throws(PostgresStoreError) {
            steps = try schema.migrate()
            if distribute { try schema.distribute() }
        } catch {
            throw StartFailure.failed(error.description)
        }
        let done = steps == 0 ? "no migration steps" : steps.counted("migration step")
        try tell("The tables in the schema \(schema.name) are up to date (\(done)).")
    }
}

/// The options that name the database of a command.
struct DatabaseOptions: ParsableArguments {
    @Option(
        help: "Address of the database, such as postgres://tagline@db.example.com/tagline. (default: TAGLINE_STORE)")
    var store: String?

    @Option(help: "PostgreSQL schema that holds the tables. (default: TAGLINE_DATABASE_SCHEMA, or tagline)")
    var databaseSchema: String?

    func settings() throws -> DatabaseSettings {
        let flags = InMemoryProvider(
            name: "command line",
            values: [DatabaseSettings.store: store, DatabaseSettings.databaseSchema: databaseSchema]
                .compactMapValues { $0.map { ConfigValue(.string($0), isSecret: false) } })
        guard let settings = try DatabaseSettings(SettingsReader([flags, SettingsReader.environment])) else {
            throw StartFailure.badSetting(
                "--store is missing; name the database with it or in TAGLINE_STORE, such as postgres://user@host/database"
            )
        }
        return settings
    }
}
