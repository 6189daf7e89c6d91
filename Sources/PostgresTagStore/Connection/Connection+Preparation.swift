extension Connection {
    private static let about = Statement(
        "about",
        """
        SELECT version(), current_setting('fsync', true), current_setting('synchronous_commit', true), pg_is_in_recovery(),
            EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')
        """)
    private static let isDistributed = Statement(
        "is spread", "SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass('account'))")

    /// Prepares a new session: sets its schema and its timeouts, and finds out which engine answers.
    ///
    /// Throws ``DatabaseError`` if the server can lose changes that it has acknowledged, or accepts no changes.
    ///
    /// - Parameter dialect: the dialect to use with any engine; nil to use the dialect of the engine that answers.
    func prepare(schema: String, limits: SessionLimits, dialect: Dialect? = nil) throws(DatabaseError) {
        try execute(
            """
            SET search_path = \(schema);
            SET statement_timeout = \(Int(limits.statement / .milliseconds(1)));
            SET idle_in_transaction_session_timeout = 30000;
            SET client_min_messages = warning;
            SET bytea_output = 'hex';
            SET default_transaction_isolation = 'read committed'
            """)
        let about = try run(Self.about)
        let isDistributed = about.bool(0, 4) ? try run(Self.isDistributed).bool(0, 0) : false
        self.dialect = dialect ?? Dialect(version: about.text(0, 0), isDistributed: isDistributed)
        if self.dialect.hasDurabilitySettings {
            guard about.text(0, 1) != "off" else {
                throw DatabaseError(
                    .unusable, "the server runs with fsync = off and can lose what it has acknowledged; set fsync = on")
            }
            guard !about.bool(0, 3) else {
                throw DatabaseError(
                    .unreachable, "the server is a standby and accepts no changes; name the primary as well")
            }
            if about.text(0, 2) == "off" { try execute("SET synchronous_commit = on") }
        }
        let settings = self.dialect.sessionSettings
        if !settings.isEmpty { try execute(settings.map { "SET \($0)" }.joined(separator: "; ")) }
    }
}
