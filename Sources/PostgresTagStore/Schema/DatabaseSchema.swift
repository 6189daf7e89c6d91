import Logging

/// The tables of the store, and the steps that create them.
public struct DatabaseSchema: Sendable {
    let address: DatabaseAddress
    /// The PostgreSQL schema that holds the tables.
    public let name: String

    /// Tells a person where the schema is, without user and password.
    ///
    /// Example: `the schema tagline of the database tagline on db.example.com`.
    public var place: String { "the schema \(name) of \(address.place)" }

    /// - Parameter name: the name of the PostgreSQL schema that holds the tables. It consists of small letters, digits
    ///   and _, and does not begin with a digit.
    ///
    /// Throws ``PostgresStoreError`` for any other name.
    public init(_ address: DatabaseAddress, name: String = "tagline") throws(PostgresStoreError) {
        guard 1...63 ~= name.utf8.count, name.first?.isNumber == false,
            name.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 95 })
        else {
            throw PostgresStoreError(
                "\(name) cannot be the name of the schema; use small letters, digits and _, not beginning with a digit")
        }
        self.address = address
        self.name = name
    }

    /// Brings the tables up to date.
    ///
    /// Takes each step in a transaction of its own. Several processes can call this function at the same time.
    ///
    /// Returns the number of steps that it took. Throws ``PostgresStoreError``. Blocks the calling thread for some
    /// seconds.
    public func migrate() throws(PostgresStoreError) -> Int {
        do throws(DatabaseError) {
            let connection = try connect()
            // If the schema exists, the user does not need the right to create one.
            if try connection.run(Self.schemaNamed, [.text(name)]).count == 0 {
                try Self.once { () throws(DatabaseError) in
                    try connection.execute("CREATE SCHEMA IF NOT EXISTS \(name)")
                }
            }
            try connection.prepare(schema: name, limits: Self.limits)
            try Self.once { () throws(DatabaseError) in
                try connection.execute(
                    "CREATE TABLE IF NOT EXISTS migration (number integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())"
                )
            }
            let steps = try takeSteps(connection)
            let present = try connection.run(Self.version).int(0, 0)
            guard present <= Migration.latest else { throw DatabaseError(.unusable, newer(present)) }
            for advice in Migration.advice where steps > 0 { try? connection.execute(advice) }
            return steps
        } catch  where error.sqlState == "3F000" {
            throw PostgresStoreError(
                "the schema \(name) exists, but this user may not use it; ask its owner to run GRANT ALL ON SCHEMA \(name), or choose "
                    + "another schema with --database-schema")
        } catch {
            throw PostgresStoreError(Self.explanation(error))
        }
    }

    /// Runs `make`, which creates an object. Ignores the error that the object exists already, because PostgreSQL can
    /// report this error when several processes create the object at once.
    private static func once(_ make: () throws(DatabaseError) -> Void) throws(DatabaseError) {
        do {
            try make()
        } catch  where ["23505", "42P06", "42P07"].contains(error.sqlState) {}
    }

    private func takeSteps(_ connection: Connection) throws(DatabaseError) -> Int {
        var taken = 0
        for migration in Migration.all {
            try connection.execute("BEGIN")
            do throws(DatabaseError) {
                // Every migrating process locks this row, so that only one of them takes the step.
                try connection.execute("INSERT INTO migration (number) VALUES (0) ON CONFLICT DO NOTHING")
                try connection.execute("SELECT FROM migration WHERE number = 0 FOR UPDATE")
                let present = try connection.run(Self.version).int(0, 0)
                if present < migration.number {
                    try connection.execute(migration.sql(for: connection.dialect))
                    try connection.execute("INSERT INTO migration (number) VALUES (\(migration.number))")
                    taken += 1
                }
                try connection.execute("COMMIT")
            } catch {
                try? connection.execute("ROLLBACK")
                throw error
            }
        }
        return taken
    }

    /// Spreads the tables over the machines of a Citus cluster, by account. Moves the existing rows too.
    ///
    /// Also changes settings of PostgreSQL's planner for the current database user (the role). Settings of a session
    /// would not reach the machines.
    ///
    /// Throws ``PostgresStoreError``, also if the Citus extension is not installed. Blocks the calling thread.
    public func distribute() throws(PostgresStoreError) {
        do throws(DatabaseError) {
            let connection = try connect()
            try connection.prepare(schema: name, limits: Self.limits)
            guard try connection.run(Self.citus).count == 1 else {
                throw DatabaseError(
                    .unusable,
                    "the database has no Citus extension; install it and run CREATE EXTENSION citus, or leave out --distribute"
                )
            }
            for table in Migration.referenceTables where try !isDistributed(table, connection) {
                try connection.execute("SELECT create_reference_table('\(table)')")
            }
            for table in Migration.distributedTables where try !isDistributed(table, connection) {
                let place = table == "account" ? "" : ", colocate_with => 'account'"
                try connection.execute("SELECT create_distributed_table('\(table)', 'account'\(place))")
            }
            for setting in Dialect.citus.roleSettings {
                let isMade =
                    try connection.run(Self.isRoleSetting, [.text("\(setting.name)=\(setting.value)")]).count > 0
                guard !isMade else { continue }
                let database = try connection.run(Self.quotedDatabase).text(0, 0)
                try Self.execute(
                    "ALTER ROLE CURRENT_USER IN DATABASE \(database) SET \(setting.name) = \(setting.value)",
                    on: connection
                )
            }
        } catch {
            throw PostgresStoreError(Self.explanation(error))
        }
    }

    /// Executes a statement that changes the role. Repeats the statement a few times if another process changes the
    /// same role at the same time. PostgreSQL reports this conflict as "tuple concurrently updated".
    private static func execute(_ change: String, on connection: Connection) throws(DatabaseError) {
        for _ in 0..<4 {
            do throws(DatabaseError) {
                return try connection.execute(change)
            } catch  where error.sqlState == "XX000" {
                continue
            }
        }
        try connection.execute(change)
    }

    /// Returns whether the database has the extension that ``distribute()`` needs. Blocks the calling thread.
    public func canDistribute() throws(PostgresStoreError) -> Bool {
        do throws(DatabaseError) {
            return try connect().run(Self.citus).count == 1
        } catch {
            throw PostgresStoreError(Self.explanation(error))
        }
    }

    private func isDistributed(_ table: String, _ connection: Connection) throws(DatabaseError) -> Bool {
        try connection.run(Self.distributed, [.text("\(name).\(table)")]).count > 0
    }

    /// Throws if this version of the store cannot work with the tables of the database.
    func check(_ connection: Connection) throws(PostgresStoreError) {
        let present: Int
        do throws(DatabaseError) {
            present = try connection.run(Self.version).int(0, 0)
        } catch  where error.sqlState == "42P01" {
            throw PostgresStoreError(
                "the database has no Tagline tables in the schema \(name); run \(migrateCommand) on it first"
            )
        } catch {
            throw PostgresStoreError(Self.explanation(error))
        }
        if present < Migration.latest {
            throw PostgresStoreError(
                "the tables in the schema \(name) are of an older version (\(present), this Tagline needs \(Migration.latest)); run "
                    + "\(migrateCommand) on the database first")
        }
        if present > Migration.latest {
            throw PostgresStoreError(newer(present))
        }
    }

    private var migrateCommand: String {
        name == "tagline" ? "tagline migrate" : "tagline migrate --database-schema \(name)"
    }

    private func newer(_ present: Int) -> String {
        "the tables in the schema \(name) are of a newer version (\(present), this Tagline knows \(Migration.latest)); start a newer "
            + "version of Tagline"
    }

    private func connect() throws(DatabaseError) -> Connection {
        try Connection(address, limits: Self.limits)
    }

    static func explanation(_ error: DatabaseError) -> String {
        switch error.kind {
        case .unreachable: "the database cannot be used: \(error)"
        case .lost: "the connection to the database broke: \(error)"
        case .refused(let state): "the database refused (SQLSTATE \(state)): \(error)"
        case .unusable, .busy, .away: error.description
        }
    }

    /// A statement that builds an index or moves a table can take up to an hour.
    private static let limits = SessionLimits(statement: .seconds(3600), answer: .seconds(3660))
    private static let schemaNamed = Statement("has schema", "SELECT FROM pg_namespace WHERE nspname = $1")
    private static let version = Statement("schema version", "SELECT coalesce(max(number), 0) FROM migration")
    private static let citus = Statement("has citus", "SELECT FROM pg_extension WHERE extname = 'citus'")
    private static let quotedDatabase = Statement("database", "SELECT quote_ident(current_database())")
    private static let isRoleSetting = Statement(
        "has role setting",
        """
        SELECT FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND setrole = (SELECT oid FROM pg_roles WHERE rolname = current_user) AND $1 = ANY (setconfig)
        """)
    private static let distributed = Statement(
        "is distributed", "SELECT FROM pg_dist_partition WHERE logicalrelid = $1::regclass")
}
