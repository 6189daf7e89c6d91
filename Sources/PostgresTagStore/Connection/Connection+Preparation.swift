extension Connection {
    private static let about = Statement(
        "about",
        "SELECT version(), current_setting('fsync', true), current_setting('synchronous_commit', true), pg_is_in_recovery()"
    )

    /// Makes a new session ready: whose tables it sees, how long it may take.
    ///
    /// Throws ``DatabaseError`` for a server that could lose what it has acknowledged.
    func prepare(schema: String, limits: SessionLimits) throws(DatabaseError) {
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
        let version = about.text(0, 0)
        guard version.hasPrefix("PostgreSQL "), !version.contains("-YB-") else { return }
        guard about.text(0, 1) != "off" else {
            throw DatabaseError(
                .unusable, "the server runs with fsync = off and can lose what it has acknowledged; set fsync = on")
        }
        guard !about.bool(0, 3) else {
            throw DatabaseError(.unreachable, "the server is a standby and takes no changes; name the primary as well")
        }
        if about.text(0, 2) == "off" { try execute("SET synchronous_commit = on") }
        // Every statement here finds its rows by an index, whatever the statistics say on the day it is planned, and joins them with what it was
        // given by a hash: a nested loop that is planned while there are few rows goes through all of them for each.
        try execute(
            """
            SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_nestloop = off;
            SET enable_mergejoin = off; SET jit = off
            """)
    }
}
