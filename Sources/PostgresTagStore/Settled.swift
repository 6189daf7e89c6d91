/// The outcome of a transaction.
enum ChangeOutcome<Value: Sendable>: Sendable {
    case made(Value)
    /// The connection broke during the commit.
    case unknown(Value, DatabaseError)
}

/// Marks that tell whether a change was committed.
///
/// Each change writes its mark in its own transaction. A node that does not know the outcome of a change writes the
/// same mark in another transaction:
///
/// - If the change is still under way, the database makes the other transaction wait for the change to end.
/// - If the change was committed, the mark exists already.
/// - If the change was not committed, the new mark prevents a later commit.
enum Settled {
    static let mark = Statement("settle", "INSERT INTO settled (account, id, fenced) VALUES ($1, $2, false)")

    private static let probe = Statement("probe", "INSERT INTO settled (account, id, fenced) VALUES ($2, $1, true)")

    /// Looks for a mark that never exists. The statement only tests whether the machine of the account answers.
    static let touch = Statement("touch", "SELECT FROM settled WHERE account = $1 AND id = 0")

    /// Writes even if the mark exists already, so that the commit of this statement waits for the same standby servers
    /// as the commit of the change.
    private static let fence = Statement(
        "fence",
        """
        INSERT INTO settled AS present (account, id, fenced) VALUES ($1, $2, true)
        ON CONFLICT (account, id) DO UPDATE SET at = excluded.at RETURNING present.fenced, coalesce(present.calls, '{}')
        """)

    private static let sweep = Statement(
        "sweep settled", "DELETE FROM settled WHERE at < now() - interval '15 minutes'")

    static func change<Value: Sendable>(
        _ connection: Connection, account: AccountKey, id: Int64, _ body: (Connection) throws -> Value
    ) throws -> ChangeOutcome<Value> {
        connection.begin()
        do {
            let value = try body(connection)
            do throws(DatabaseError) {
                try connection.commit(after: [Request(mark, [account.parameter, .int(id)])])
            } catch  where !error.isWithoutEffect {
                connection.abandon()
                return .unknown(value, error)
            }
            return .made(value)
        } catch {
            connection.rollback()
            if let error = error as? DatabaseError, error.endsConnection { connection.abandon() }
            throw error
        }
    }

    /// Writes a mark of no account, to find out whether changes are possible.
    ///
    /// If the server no longer accepts changes, abandons `connection`, because the next one may reach another server.
    ///
    /// - Parameter number: a number that belongs to no account, such as 0.
    static func probe(_ connection: Connection, number: Int64, id: Int64) throws(DatabaseError) {
        do {
            try connection.run(probe, [.int(id), .int(number)])
        } catch {
            if error.endsConnection { connection.abandon() }
            throw error
        }
    }

    static func callsMade(
        _ connection: Connection, account: AccountKey, id: Int64
    ) throws(DatabaseError) -> [Int]? {
        do {
            let rows = try connection.run(fence, [account.parameter, .int(id)])
            return rows.bool(0, 0) ? nil : try rows.ints(0, 1)
        } catch {
            if error.endsConnection { connection.abandon() }
            throw error
        }
    }

    /// Deletes the marks that are older than 15 minutes, because no node asks for them any more.
    static func forgetOld(_ connection: Connection) throws(DatabaseError) {
        try connection.run(sweep)
    }
}
