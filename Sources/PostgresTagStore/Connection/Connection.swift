import CLibPQ

/// A connection to the database, for one thread at a time.
///
/// The connection prepares statements in its ``Session``, and keeps the state of its transaction.
final class Connection {
    private let session: Session
    private var prepared: Set<Statement> = []
    /// The BEGIN to send with the next statement; nil if no BEGIN waits.
    private var pendingBegin: Statement?
    private(set) var isInTransaction = false
    private var keepsTransaction = false
    /// The dialect of the database's engine.
    ///
    /// It is PostgreSQL's dialect until ``prepare(schema:limits:dialect:)`` has found out the engine.
    var dialect = Dialect.postgres

    static let begin = Statement("begin", "BEGIN")
    static let beginSnapshot = Statement("begin snapshot", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    static let commitStatement = Statement("commit", "COMMIT")
    static let rollbackStatement = Statement("rollback", "ROLLBACK")

    private static let outOfStep = DatabaseError(.lost, "the server's answers do not match the requests")

    /// Connects to the first host in `address` that accepts changes.
    ///
    /// Waits for each host at most as long as the `connect_timeout` of the address allows.
    ///
    /// Throws ``DatabaseError`` with the message of the server or the network.
    init(_ address: DatabaseAddress, limits: SessionLimits) throws(DatabaseError) {
        session = try Session(address, limits: limits)
    }

    /// The call that uses the connection now, if the call needs a machine behind the server; otherwise nil.
    private var call: MachineCall?

    /// Whether the connection must not be used again.
    var isBroken: Bool { session.isBroken }

    /// Whether the server has ended the session at a time when the store waited for no answer.
    var isStale: Bool { session.isStale }

    /// Calls `body` with this connection, on behalf of `call`.
    ///
    /// If the store gives up `call`, the transaction of `body` cannot commit. If ``MachineCall/leavesConnection`` is
    /// then true, the connection stops waiting for an answer, and the store does not use the connection again.
    func serving<Value>(_ call: MachineCall, _ body: (Connection) throws -> Value) rethrows -> Value {
        self.call = call
        session.mustEnd = { call.leavesConnection }
        defer {
            self.call = nil
            session.mustEnd = nil
            if call.leavesConnection { abandon() }
        }
        return try body(self)
    }

    // MARK: Statements

    /// Runs one statement.
    @discardableResult
    func run(_ statement: Statement, _ parameters: [Parameter] = []) throws(DatabaseError) -> ResultRows {
        try run([Request(statement, parameters)])[0].get()
    }

    /// Runs statements in one round trip and returns their results in order. Outside a transaction, each statement is a
    /// transaction of its own.
    ///
    /// Throws only if the connection breaks, or if the BEGIN that waited for these statements fails.
    func run(_ requests: [Request]) throws(DatabaseError) -> [Result<ResultRows, DatabaseError>] {
        var all = requests
        if let begin = pendingBegin {
            pendingBegin = nil
            all.insert(Request(begin), at: 0)
        }
        try session.enterPipeline()
        var werePrepared: [Bool] = []
        for request in all { werePrepared.append(try send(request)) }
        try session.flush()
        var results: [Result<ResultRows, DatabaseError>] = []
        for (request, wasPrepared) in zip(all, werePrepared) {
            results.append(try receive(request, wasPrepared: wasPrepared))
        }
        try session.exitPipeline()
        if all.count > requests.count, case .failure(let error) = results.removeFirst() { throw error }
        return results
    }

    /// Sends a statement. If the connection has not prepared it before, first asks the server to prepare it.
    ///
    /// Returns whether the connection had prepared the statement before.
    private func send(_ request: Request) throws(DatabaseError) -> Bool {
        let statement = request.statement
        let isPrepared = !prepared.insert(statement).inserted
        if !isPrepared { try session.prepare(statement) }
        try session.send(request)
        try session.sync()
        return isPrepared
    }

    /// Reads the server's answer to a statement, up to the mark of ``Session/sync()``.
    private func receive(_ request: Request, wasPrepared: Bool) throws(DatabaseError) -> Result<
        ResultRows, DatabaseError
    > {
        var isPrepared = wasPrepared
        var rows: ResultRows?
        var error: DatabaseError?
        var ends = 0
        while true {
            guard let result = try session.next() else {
                ends += 1
                guard ends < 4 else { throw session.broken(Self.outOfStep) }
                continue
            }
            switch session.status(of: result) {
            case PGRES_PIPELINE_SYNC:
                session.clear(result)
                if let error { return .failure(error) }
                guard let rows else { throw session.broken(Self.outOfStep) }
                return .success(rows)
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
                rows = session.rows(of: result)
                isPrepared = true
            case PGRES_PIPELINE_ABORTED:
                session.clear(result)
            default:
                let failure = session.error(of: result)
                session.clear(result)
                if failure.kind == .lost { throw session.broken(failure) }
                if !isPrepared { prepared.remove(request.statement) }
                // This session can no longer run its prepared statements, so do not use it again. A new session can
                // prepare the statement again.
                if wasPrepared, failure.endsStatements { session.abandon() }
                error = error ?? (wasPrepared ? failure : failure.ofNewStatement(request.statement.name))
            }
        }
    }

    /// Runs the SQL of one or more statements, and ignores the rows that they return.
    func execute(_ sql: String) throws(DatabaseError) {
        try settleBegin()
        try session.send(sql)
        try session.flush()
        var failure: DatabaseError?
        while let result = try session.next() {
            defer { session.clear(result) }
            switch session.status(of: result) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
            default: failure = failure ?? session.error(of: result)
            }
        }
        if let failure { throw failure.kind == .lost ? session.broken(failure) : failure.ofNewStatement(sql) }
    }

    // MARK: Transactions

    /// Begins a transaction: the connection sends `statement` together with the next statement.
    func begin(_ statement: Statement = Connection.begin) {
        pendingBegin = statement
        isInTransaction = true
    }

    func commit() throws(DatabaseError) {
        guard pendingBegin == nil else {
            isInTransaction = false
            pendingBegin = nil
            return
        }
        try beginCommit()
        try run(Self.commitStatement)
    }

    /// Marks the transaction as ended, before the connection sends COMMIT.
    ///
    /// Throws if the store has given up the call of this transaction. In that case the transaction is still open.
    private func beginCommit() throws(DatabaseError) {
        if let call, !call.commit() { throw .away(call.machine ?? "") }
        isInTransaction = false
    }

    /// Runs the last statements of a transaction and commits the transaction, in one round trip.
    ///
    /// If one of the statements fails, the server rolls the transaction back. ``DatabaseError/leavesNoDoubt`` of the
    /// thrown error is then true, and the store can give the call up again.
    func commit(after requests: [Request]) throws(DatabaseError) {
        try beginCommit()
        let answers = try run(requests + [Request(Self.commitStatement)])
        for case .failure(let error) in answers.dropLast() {
            call?.withdrawCommit()
            throw error.withoutEffect
        }
        _ = try answers[requests.count].get()
    }

    /// Rolls back the transaction, or marks the connection as broken if the rollback fails.
    func rollback() {
        guard isInTransaction, !isBroken else { return }
        isInTransaction = false
        guard pendingBegin == nil else { return pendingBegin = nil }
        do throws(DatabaseError) {
            try run(Self.rollbackStatement)
        } catch {
            session.abandon()
        }
    }

    /// Keeps the transaction open for the next use of the connection.
    func keepTransaction() { keepsTransaction = isInTransaction && !isBroken }

    /// Ends a use of the connection.
    ///
    /// Rolls back an open transaction if ``keepTransaction()`` was not called.
    func endUse() {
        if !keepsTransaction { rollback() }
        keepsTransaction = false
    }

    /// Marks the connection as broken, so that the store does not use it again.
    func abandon() { session.abandon() }

    private func settleBegin() throws(DatabaseError) {
        guard let begin = pendingBegin else { return }
        pendingBegin = nil
        try run(begin)
    }

    // MARK: Copying

    /// Fills a table from lines in PostgreSQL's text format.
    ///
    /// `next` returns the next piece of the lines, or nil at their end.
    func copy(into table: String, _ next: () throws -> [UInt8]?) throws {
        try settleBegin()
        try session.send("COPY \(table) FROM STDIN")
        try session.flush()
        guard let start = try session.next() else { throw DatabaseError(.lost, "the server did not answer") }
        let status = session.status(of: start)
        let refusal = status == PGRES_COPY_IN ? nil : session.error(of: start)
        session.clear(start)
        if let refusal {
            while let rest = try session.next() { session.clear(rest) }
            throw refusal
        }
        do {
            while let piece = try next() { try session.put(piece) }
        } catch {
            try session.cancelCopy()
            while let rest = try session.next() { session.clear(rest) }
            throw error
        }
        try session.endCopy()
        try session.flush()
        var failure: DatabaseError?
        while let result = try session.next() {
            if session.status(of: result) != PGRES_COMMAND_OK { failure = failure ?? session.error(of: result) }
            session.clear(result)
        }
        if let failure { throw failure.kind == .lost ? session.broken(failure) : failure }
    }
}
