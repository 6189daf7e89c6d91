import CLibPQ
import OfficialAccount

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The longest times that a session waits.
struct SessionLimits: Sendable {
    /// The time for the server to run one statement.
    var statement: Duration = .seconds(10)
    /// The time for the answer to a statement to arrive, including the network.
    var answer: Duration = .seconds(15)
}

/// A session with the database, used by one thread at a time.
///
/// It waits with poll and never longer than ``SessionLimits/answer``, even if the network is cut in the middle of an
/// answer.
final class Connection {
    private let libpq: tagline_libpq
    private let session: OpaquePointer
    private var prepared: Set<Statement> = []
    private let limits: SessionLimits
    /// A BEGIN to be sent with the next statement.
    private var pendingBegin: Statement?
    private(set) var isBroken = false
    private(set) var isInTransaction = false
    private var keepsTransaction = false
    /// The dialect of the engine. It is that of PostgreSQL until the session is prepared.
    var dialect = Dialect.postgres

    static let begin = Statement("begin", "BEGIN")
    static let beginSnapshot = Statement("begin snapshot", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    static let commitStatement = Statement("commit", "COMMIT")
    static let rollbackStatement = Statement("rollback", "ROLLBACK")

    /// Connects to the first host of the address that takes changes. Takes as long as the address allows for each host.
    ///
    /// Throws ``DatabaseError`` with the message of the server or the network.
    init(_ address: DatabaseAddress, limits: SessionLimits) throws(DatabaseError) {
        let libpq = try LibPQ.load()
        guard let session = address.connect(libpq) else { throw DatabaseError(.unreachable, "out of memory") }
        guard libpq.PQstatus(session) == CONNECTION_OK else {
            let message = Self.message(libpq, session)
            libpq.PQfinish(session)
            throw DatabaseError(.unreachable, message)
        }
        _ = libpq.PQsetnonblocking(session, 1)
        // Without a receiver, libpq prints the server's notices.
        _ = libpq.PQsetNoticeReceiver(session, { _, _ in }, nil)
        // The properties are set last: an error thrown after that would run `deinit` and end the session a second time.
        (self.libpq, self.session, self.limits) = (libpq, session, limits)
    }

    deinit { libpq.PQfinish(session) }

    /// Whether the server has ended the session while no request was under way.
    var isStale: Bool {
        var descriptor = pollfd(fd: libpq.PQsocket(session), events: Int16(POLLIN), revents: 0)
        guard descriptor.fd >= 0 else { return true }
        guard poll(&descriptor, 1, 0) != 0 else { return false }
        return libpq.PQconsumeInput(session) != 1 || libpq.PQstatus(session) != CONNECTION_OK
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
    /// Throws only if the connection breaks.
    func run(_ requests: [Request]) throws(DatabaseError) -> [Result<ResultRows, DatabaseError>] {
        var all = requests
        if let begin = pendingBegin {
            pendingBegin = nil
            all.insert(Request(begin), at: 0)
        }
        try check(libpq.PQenterPipelineMode(session))
        var werePrepared: [Bool] = []
        for request in all { werePrepared.append(try send(request)) }
        try flush()
        var results: [Result<ResultRows, DatabaseError>] = []
        for (request, wasPrepared) in zip(all, werePrepared) {
            results.append(try receive(request, wasPrepared: wasPrepared))
        }
        try check(libpq.PQexitPipelineMode(session))
        if all.count > requests.count, case .failure(let error) = results.removeFirst() { throw error }
        return results
    }

    /// Returns whether the statement was prepared before.
    private func send(_ request: Request) throws(DatabaseError) -> Bool {
        let statement = request.statement
        let isPrepared = !prepared.insert(statement).inserted
        if !isPrepared { try check(libpq.PQsendPrepare(session, statement.name, statement.sql, 0, nil)) }
        try check(
            request.withPointers { count, values in
                libpq.PQsendQueryPrepared(session, statement.name, count, values, nil, nil, 0)
            })
        try check(libpq.PQpipelineSync(session))
        return isPrepared
    }

    /// Reads the server's answer to a statement, up to its sync.
    private func receive(_ request: Request, wasPrepared: Bool) throws(DatabaseError) -> Result<
        ResultRows, DatabaseError
    > {
        var isPrepared = wasPrepared
        var rows: ResultRows?
        var error: DatabaseError?
        var ends = 0
        while true {
            guard let result = try next() else {
                ends += 1
                guard ends < 4 else { throw broken(DatabaseError(.lost, "the server's answers are out of step")) }
                continue
            }
            switch libpq.PQresultStatus(result) {
            case PGRES_PIPELINE_SYNC:
                libpq.PQclear(result)
                if let error { return .failure(error) }
                guard let rows else { throw broken(DatabaseError(.lost, "the server's answers are out of step")) }
                return .success(rows)
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
                rows = ResultRows(result, libpq)
                isPrepared = true
            case PGRES_PIPELINE_ABORTED:
                libpq.PQclear(result)
            default:
                let failure = serverError(result)
                libpq.PQclear(result)
                if failure.kind == .lost { throw broken(failure) }
                if !isPrepared { prepared.remove(request.statement) }
                // The statement may only need to be prepared anew, in another session.
                if wasPrepared, failure.endsStatements { isBroken = true }
                error = error ?? (wasPrepared ? failure : failure.ofNewStatement(request.statement.name))
            }
        }
    }

    /// Runs SQL that may be several statements and returns nothing.
    func execute(_ sql: String) throws(DatabaseError) {
        try settleBegin()
        try check(libpq.PQsendQuery(session, sql))
        try flush()
        var failure: DatabaseError?
        while let result = try next() {
            defer { libpq.PQclear(result) }
            switch libpq.PQresultStatus(result) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
            default: failure = failure ?? serverError(result)
            }
        }
        if let failure { throw failure.kind == .lost ? broken(failure) : failure.ofNewStatement(sql) }
    }

    // MARK: Transactions

    /// Begins a transaction with the next statement.
    func begin(_ statement: Statement = Connection.begin) {
        pendingBegin = statement
        isInTransaction = true
    }

    func commit() throws(DatabaseError) {
        isInTransaction = false
        guard pendingBegin == nil else {
            pendingBegin = nil
            return
        }
        try run(Self.commitStatement)
    }

    /// Runs the last statements of a transaction and commits it, in one round trip.
    ///
    /// If one of the statements fails, the server rolls back, and the thrown error has ``DatabaseError/leavesNoDoubt``.
    func commit(after requests: [Request]) throws(DatabaseError) {
        isInTransaction = false
        let answers = try run(requests + [Request(Self.commitStatement)])
        for case .failure(let error) in answers.dropLast() { throw error.withoutEffect }
        _ = try answers[requests.count].get()
    }

    /// Rolls back the transaction. If that fails, the connection is marked as broken and not used again.
    func rollback() {
        guard isInTransaction, !isBroken else { return }
        isInTransaction = false
        guard pendingBegin == nil else { return pendingBegin = nil }
        do throws(DatabaseError) {
            try run(Self.rollbackStatement)
        } catch {
            isBroken = true
        }
    }

    /// Keeps the transaction open for the next use of the connection.
    func keepTransaction() { keepsTransaction = isInTransaction && !isBroken }

    /// Ends a use of the connection. Rolls back an open transaction, unless ``keepTransaction()`` was called.
    func endUse() {
        if !keepsTransaction { rollback() }
        keepsTransaction = false
    }

    /// Marks the connection as broken, so that it is not used again.
    func abandon() { isBroken = true }

    private func settleBegin() throws(DatabaseError) {
        guard let begin = pendingBegin else { return }
        pendingBegin = nil
        try run(begin)
    }

    // MARK: Copying

    /// Fills a table from lines in PostgreSQL's text format. `next` returns them piece by piece, and nil at the end.
    func copy(into table: String, _ next: () throws -> [UInt8]?) throws {
        try settleBegin()
        try check(libpq.PQsendQuery(session, "COPY \(table) FROM STDIN"))
        try flush()
        guard let start = try self.next() else { throw DatabaseError(.lost, "the server did not answer") }
        let status = libpq.PQresultStatus(start)
        let refusal = status == PGRES_COPY_IN ? nil : serverError(start)
        libpq.PQclear(start)
        if let refusal {
            while let rest = try self.next() { libpq.PQclear(rest) }
            throw refusal
        }
        do {
            while let piece = try next() { try put(piece) }
        } catch {
            try end { libpq.PQputCopyEnd(session, "stopped") }
            while let rest = try self.next() { libpq.PQclear(rest) }
            throw error
        }
        try end { libpq.PQputCopyEnd(session, nil) }
        try flush()
        var failure: DatabaseError?
        while let result = try self.next() {
            if libpq.PQresultStatus(result) != PGRES_COMMAND_OK { failure = failure ?? serverError(result) }
            libpq.PQclear(result)
        }
        if let failure { throw failure.kind == .lost ? broken(failure) : failure }
    }

    private func put(_ piece: [UInt8]) throws(DatabaseError) {
        try end {
            piece.withUnsafeBytes { bytes in
                libpq.PQputCopyData(session, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
            }
        }
        try flush()
    }

    /// Repeats `send` until it succeeds. Flushes each time that libpq's buffer is full.
    private func end(_ send: () -> Int32) throws(DatabaseError) {
        while true {
            switch send() {
            case 1: return
            case 0: try flush()
            default: throw broken(DatabaseError(.lost, Self.message(libpq, session)))
            }
        }
    }

    // MARK: The wire

    private func flush() throws(DatabaseError) {
        let end = ContinuousClock.now + limits.answer
        while true {
            switch libpq.PQflush(session) {
            case 0: return
            case 1:
                try wait(for: Int16(POLLIN | POLLOUT), until: end)
                try check(libpq.PQconsumeInput(session))
            default: throw broken(DatabaseError(.lost, Self.message(libpq, session)))
            }
        }
    }

    private func next() throws(DatabaseError) -> OpaquePointer? {
        if libpq.PQisBusy(session) != 0 {
            let end = ContinuousClock.now + limits.answer
            repeat {
                try wait(for: Int16(POLLIN), until: end)
                try check(libpq.PQconsumeInput(session))
            } while libpq.PQisBusy(session) != 0
        }
        guard let result = libpq.PQgetResult(session) else {
            guard libpq.PQstatus(session) == CONNECTION_OK else {
                throw broken(DatabaseError(.lost, "the connection to the database was lost"))
            }
            return nil
        }
        return result
    }

    private func wait(for events: Int16, until end: ContinuousClock.Instant) throws(DatabaseError) {
        var descriptor = pollfd(fd: libpq.PQsocket(session), events: events, revents: 0)
        while true {
            let left = end - ContinuousClock.now
            guard left > .zero, descriptor.fd >= 0 else {
                throw broken(DatabaseError(.lost, "the database did not answer in \(limits.answer)"))
            }
            switch poll(&descriptor, 1, Int32(clamping: Int64(left / .milliseconds(1)) + 1)) {
            case 0: continue
            case -1 where errno == EINTR: continue
            default: return
            }
        }
    }

    private func check(_ success: Int32) throws(DatabaseError) {
        guard success == 1 else {
            throw broken(DatabaseError(.lost, Self.message(libpq, session)))
        }
    }

    private static func message(_ libpq: tagline_libpq, _ session: OpaquePointer) -> String {
        libpq.PQerrorMessage(session).map { String(cString: $0) } ?? ""
    }

    private func broken(_ error: DatabaseError) -> DatabaseError {
        isBroken = true
        return error
    }

    private func serverError(_ result: OpaquePointer) -> DatabaseError {
        let message =
            libpq.PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
            ?? libpq.PQresultErrorMessage(result).map { String(cString: $0) } ?? ""
        guard let state = libpq.PQresultErrorField(result, Int32(UInt8(ascii: "C"))),
            libpq.PQstatus(session) == CONNECTION_OK
        else { return DatabaseError(.lost, message.isEmpty ? "the connection to the database was lost" : message) }
        let severity = libpq.PQresultErrorField(result, Int32(UInt8(ascii: "V"))).map { String(cString: $0) } ?? ""
        return DatabaseError(
            .refused(String(cString: state)), message, endsSession: severity == "FATAL" || severity == "PANIC")
    }
}

extension Request {
    /// Calls `body` with pointers to the values, each ended by a zero.
    fileprivate func withPointers<Value>(
        _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?) -> Value
    ) -> Value {
        var bytes: [CChar] = []
        bytes.reserveCapacity(parameters.reduce(0) { $0 + ($1.text?.count ?? 0) + 1 })
        var starts: [Int?] = []
        for parameter in parameters {
            guard let text = parameter.text else {
                starts.append(nil)
                continue
            }
            starts.append(bytes.count)
            text.withUnsafeBytes { bytes.append(contentsOf: $0.assumingMemoryBound(to: CChar.self)) }
            bytes.append(0)
        }
        return bytes.withUnsafeBufferPointer { buffer in
            let pointers = starts.map { start in start.flatMap { start in buffer.baseAddress.map { $0 + start } } }
            return pointers.withUnsafeBufferPointer { body(Int32(parameters.count), $0.baseAddress) }
        }
    }
}
