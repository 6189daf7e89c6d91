import Logging
import OfficialAccount
import TagStore

// How the database is asked and changed.
extension PostgresTagStore {
    /// Reads. Repeated on another connection if the first one breaks.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws(Refusal) -> Value {
        let end = options.now() + options.patience
        while true {
            do {
                return try await pool.run(body)
            } catch let refusal as Refusal {
                throw refusal
            } catch let error as DatabaseError {
                guard error.isWorthRepeating || (error.endsConnection && error.kind != .unreachable),
                    options.now() < end
                else {
                    throw Refusal(.systemError, "the store cannot read: \(DatabaseSchema.explanation(error))")
                }
            } catch {
                throw Refusal(.systemError, "the store cannot read: \(error)")
            }
        }
    }

    /// Changes something of one account, in one transaction that is repeated if another was in its way.
    ///
    /// When the connection breaks while the transaction is being committed, nothing is answered before it is known whether it was.
    func change<Value: Sendable>(
        _ account: AccountNumber, _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws(Refusal) -> Value {
        let end = options.now() + options.patience
        while true {
            let id = options.changeID()
            let outcome: ChangeOutcome<Value>
            do {
                outcome = try await pool.run { connection in
                    try Settled.change(connection, account: account, id: id, body)
                }
            } catch let refusal as Refusal {
                throw refusal
            } catch {
                let error = error as? DatabaseError ?? DatabaseError(.unusable, "\(error)")
                guard error.isWorthRepeating || error.endsConnection, options.now() < end else {
                    note(error)
                    throw .cannotWrite(DatabaseSchema.explanation(error))
                }
                continue
            }
            switch outcome {
            case .made(let value):
                note(nil)
                return value
            case .unknown(let value, let error):
                if try await callsMade(account, id, after: error) != nil { return value }
            }
        }
    }

    /// Finds out whether a change was made whose commit was not answered, and sees to it that it never will be if it was not.
    ///
    /// Nil if it was not. Otherwise the calls of the group that were applied, if it was a group.
    func callsMade(
        _ account: AccountNumber, _ id: Int64, after error: DatabaseError
    ) async throws(Refusal) -> [Int]? {
        logger.warning(
            "the outcome of a change is not known and is asked for", metadata: ["reason": "\(error)"])
        let end = options.now() + options.resolution
        while true {
            do {
                return try await pool.run { try Settled.callsMade($0, account: account, id: id) }
            } catch {
                note(error as? DatabaseError)
                guard options.now() < end, !pool.isClosed, (error as? DatabaseError)?.kind != .unusable else {
                    throw .cannotWrite(
                        "the connection broke while the change was being made, and whether it was cannot be found out: \(error)"
                    )
                }
                // Each attempt may leave a session behind that waits for a standby.
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
    }
}

/// What came of a transaction.
enum ChangeOutcome<Value: Sendable>: Sendable {
    case made(Value)
    /// The connection broke during the commit.
    case unknown(Value, DatabaseError)
}

/// The marks by which a change that was made is told from one that was not.
///
/// Every change writes its mark in its own transaction. Whoever does not know what became of a change writes the same mark in another:
/// if the change is still under way that waits for its end; if it was made, the mark is there already; if not, the mark now stands in its way for
/// good.
enum Settled {
    static let mark = Statement("settle", "INSERT INTO settled (account, id, fenced) VALUES ($1, $2, false)")

    /// Account 0 is nobody's.
    static let probe = Statement("probe", "INSERT INTO settled (account, id, fenced) VALUES (0, $1, true)")

    /// That it also writes where the mark is there already makes its commit wait for the same standbys.
    private static let fence = Statement(
        "fence",
        """
        INSERT INTO settled AS present (account, id, fenced) VALUES ($1, $2, true)
        ON CONFLICT (account, id) DO UPDATE SET at = now() RETURNING present.fenced, coalesce(present.calls, '{}')
        """)

    private static let sweep = Statement(
        "sweep settled", "DELETE FROM settled WHERE at < now() - interval '15 minutes'")

    static func change<Value: Sendable>(
        _ connection: Connection, account: AccountNumber, id: Int64, _ body: (Connection) throws -> Value
    ) throws -> ChangeOutcome<Value> {
        connection.begin()
        do {
            let value = try body(connection)
            try connection.run(mark, [account.parameter, .int(id)])
            do throws(DatabaseError) {
                try connection.commit()
            } catch {
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

    static func callsMade(
        _ connection: Connection, account: AccountNumber, id: Int64
    ) throws(DatabaseError) -> [Int]? {
        do {
            let rows = try connection.run(fence, [account.parameter, .int(id)])
            return rows.bool(0, 0) ? nil : try rows.ints(0, 1)
        } catch {
            if error.endsConnection { connection.abandon() }
            throw error
        }
    }

    /// Forgets marks that nobody can ask for any more.
    static func forgetOld(_ connection: Connection) throws(DatabaseError) {
        try connection.run(sweep)
    }
}
